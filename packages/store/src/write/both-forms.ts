import type { RecordMetadata, RelatedIdentifier } from '@thresher/datacite';
import { writeMetadata } from '../database/metadata-json.ts';
import type { IncomingRecord } from './harvested-record.ts';
import { sameSets } from './memberships.ts';
import { canonicalJson, metadataHash } from './metadata-hash.ts';

/**
 * A record comes in two forms: as InvenioRDM's JSON and as `oai_datacite` in a list. Each leaves out some of what the other says, which
 * is no change of the record: a list has no landing page, no community among the related identifiers, no identifier of a type that
 * DataCite does not know and no URI of subjects and awards; the JSON has no sets but those of communities (zenodo.org, 2026).
 */
export interface StoredForm {
  readonly deleted: boolean;
  readonly datestamp: Date | null;
  readonly metadata: RecordMetadata | null;
  readonly set_specs: readonly string[];
  /** As of when its JSON was read; null: never. */
  readonly facts_at: Date | null;
}

/**
 * A harvested record with what the stored one has from the other form. Of the same version (datestamp), what is stored stays if nothing else
 * differs; a newer one in XML keeps what only JSON said before. Pure.
 */
export function withOtherForm(incoming: IncomingRecord, stored: StoredForm | undefined): IncomingRecord {
  if (stored === undefined || stored.deleted || incoming.deleted || stored.metadata === null || incoming.metadata === null) return incoming;
  if (incoming.json !== null) return withSystemSets(incoming, stored, stored.metadata);
  if (stored.facts_at === null) return incoming;
  const metadata = withPartsOfJson(incoming.metadata, stored.metadata, incoming.setSpecs);
  return metadata === incoming.metadata ? incoming : withContent(incoming, metadata, incoming.setSpecs);
}

function withContent(incoming: IncomingRecord, metadata: RecordMetadata, setSpecs: readonly string[]): IncomingRecord {
  const metadataJson = writeMetadata(metadata);
  const content = { deleted: false, setSpecs, metadata };
  // The element hash does not cover the parts that were added from the stored record.
  return { ...incoming, ...content, metadataJson, metadataHash: metadataHash(content, metadataJson), elementHash: null };
}

const isOfCommunity = (setSpec: string): boolean => setSpec.startsWith('user-');

function withSystemSets(incoming: IncomingRecord, stored: StoredForm, before: RecordMetadata): IncomingRecord {
  const system = stored.set_specs.filter((setSpec) => !isOfCommunity(setSpec));
  const merged = [...system, ...incoming.setSpecs];
  const setSpecs = sameSets(merged, stored.set_specs) ? stored.set_specs : merged;
  const isSameVersion = stored.datestamp !== null && stored.datestamp.getTime() === incoming.datestamp?.getTime();
  const metadata = isSameVersion && saysTheSame(incoming.metadata!, before) ? before : incoming.metadata!;
  return metadata === incoming.metadata && system.length === 0 ? incoming : withContent(incoming, metadata, setSpecs);
}

const saysTheSame = (one: RecordMetadata, other: RecordMetadata): boolean =>
  canonicalJson(withoutLinks(one)) === canonicalJson(withoutLinks(other));

const withoutLinks = (metadata: RecordMetadata): RecordMetadata => ({
  ...metadata,
  communities: metadata.communities.toSorted(),
  alternateIdentifiers: metadata.alternateIdentifiers.filter((it) => !isLandingPage(it)),
  relatedIdentifiers: metadata.relatedIdentifiers.filter((it) => slugOf(it) === null),
});

const isLandingPage = (it: RecordMetadata['alternateIdentifiers'][number]): boolean =>
  it.alternateIdentifierType === 'URL' && /^https?:\/\/[^/]+\/records\/[^/]+$/.test(it.alternateIdentifier);

/** Of the community that a record is part of by a link. */
function slugOf({ relationType, relatedIdentifier }: RelatedIdentifier): string | null {
  if (relationType !== 'IsPartOf') return null;
  return /^https?:\/\/[^/]+\/communities\/([^/?#\s]+)\/?$/.exec(relatedIdentifier)?.[1] ?? null;
}

/** The identifier types that InvenioRDM's serializer writes (invenio-rdm-records 35.0.0); it drops the others. */
const TYPES_IN_XML = new Set('ark arxiv bibcode doi ean13 eissn handle igsn isbn issn istc lissn pmid purl upc url urn w3id'.split(' '));

function withPartsOfJson(metadata: RecordMetadata, before: RecordMetadata, setSpecs: readonly string[]): RecordMetadata {
  const isStillIn = (slug: string): boolean => setSpecs.includes(`user-${slug}`);
  const isOnlyInJson = (it: RelatedIdentifier): boolean => {
    const slug = slugOf(it);
    return slug === null ? !TYPES_IN_XML.has((it.relatedIdentifierType ?? '').toLowerCase()) : isStillIn(slug);
  };
  const uris = new Map(before.subjects.map((it) => [`${it.subjectScheme} ${it.subject}`, it.valueUri]));
  const awards = new Map(before.fundingReferences.map((it) => [`${it.funderName} ${it.awardNumber}`, it.awardUri]));
  return {
    ...metadata,
    alternateIdentifiers: mergedLists(metadata.alternateIdentifiers, before.alternateIdentifiers, isLandingPage),
    relatedIdentifiers: mergedLists(metadata.relatedIdentifiers, before.relatedIdentifiers, isOnlyInJson),
    subjects: metadata.subjects.map((it) => ({ ...it, valueUri: it.valueUri ?? uris.get(`${it.subjectScheme} ${it.subject}`) ?? null })),
    fundingReferences: metadata.fundingReferences.map((it) => ({
      ...it,
      awardUri: it.awardUri ?? awards.get(`${it.funderName} ${it.awardNumber}`) ?? null,
    })),
  };
}

/** Merges the present list with the entries of the previous one that only JSON has: in the previous order, unless the rest has changed. */
function mergedLists<T>(now: readonly T[], before: readonly T[], isOnlyInJson: (it: T) => boolean): readonly T[] {
  const known = new Set(now.map(canonicalJson));
  const kept = before.filter((it) => isOnlyInJson(it) && !known.has(canonicalJson(it)));
  if (kept.length === 0) return now;
  const whole = before.filter((it) => known.has(canonicalJson(it)) || kept.includes(it));
  return whole.length === now.length + kept.length ? whole : [...now, ...kept];
}
