import {
  type Contributor,
  type FundingReference,
  type Person,
  type RecordDate,
  type RecordMetadata,
  type RelatedIdentifier,
  type ResourceType,
  resourceTypeId,
} from '@thresher/datacite';
import type { AwardFacts, JsonFacts, VersionPlace } from '@thresher/store/read';
import { titleOfTerm } from '../terms/fixed-terms.ts';
import { toZenodoCustom, toZenodoParts } from './custom-fields.ts';
import { toFiles, toStats } from './files-and-stats.ts';
import { funderDoiOf } from '../terms/funder-dois.ts';
import { recordLinks } from './links.ts';
import type { RecordFacts } from './record-facts.ts';
import { zenodoInstant } from './zenodo-instant.ts';
import { awardOf } from './award-facts.ts';
import type { ZenodoRecord } from './zenodo-record.ts';

type Metadata = ZenodoRecord['metadata'];
type VersionRelation = NonNullable<Metadata['relations']>['version'][number];

/** A record in Zenodo's shape; `origin` is where this API is reached, `place` that among its versions, if it was looked up. Pure. */
export function toZenodoRecord(record: RecordFacts, origin: string, place?: VersionPlace): ZenodoRecord {
  const id = record.recid ?? record.oaiIdentifier;
  const files = toFiles(record.fetched);
  const facts = record.told?.facts ?? null;
  const conceptrecid = /\/zenodo\.(\d+)$/.exec(record.conceptDoi ?? '')?.[1] ?? null;
  const updated = zenodoInstant(record.datestamp);
  return {
    created: zenodoInstant(facts?.createdAt ?? null),
    modified: updated,
    id,
    recid: String(id),
    conceptrecid,
    ...compact({ doi: record.doi }),
    conceptdoi: record.conceptDoi,
    ...compact({ doi_url: record.doi && `https://doi.org/${record.doi}` }),
    metadata: {
      ...(record.metadata ? toMetadata(record.metadata, facts) : { access_right: null, creators: [] }),
      ...(place !== undefined && { relations: { version: [toVersionRelation(place, facts, conceptrecid)] } }),
    },
    title: record.metadata?.title ?? '',
    links: recordLinks(record, origin),
    updated,
    revision: record.revision,
    ...(files !== null && { files }),
    swh: facts && compact({ swhid: facts.swhid }),
    owners: null,
    status: 'published',
    stats: toStats(record.fetched),
    state: 'done',
    submitted: true,
    facts_at: facts?.asOf ?? null,
    oai: { id: record.oaiIdentifier, first_seen: record.firstSeenAt, changed: record.changedAt },
  };
}

/**
 * As Zenodo's API shows it, `count` and `last_child` as it did before InvenioRDM: clients read both. Zenodo counts from 0, and
 * counts versions that are not here, too, if its JSON has them.
 */
function toVersionRelation(
  { index, count, isLatest, latestRecid }: VersionPlace,
  facts: JsonFacts | null,
  conceptrecid: string | null,
): VersionRelation {
  const named = (value: string | null) => ({ pid_type: 'recid', pid_value: value });
  return {
    index: (facts?.versionIndex ?? index) - 1,
    is_last: isLatest,
    count,
    parent: named(conceptrecid),
    last_child: named(latestRecid === null ? null : String(latestRecid)),
  };
}

function toMetadata(metadata: RecordMetadata, facts: JsonFacts | null): Metadata {
  const publicationDate = metadata.publicationDate?.text ?? metadata.publicationYear?.toString();
  const description = facts?.descriptionHtml ?? metadata.description;
  const supervisors = metadata.contributors.filter((one) => one.contributorType === 'Supervisor').map(toCreator);
  return {
    ...compact({ title: metadata.title, doi: metadata.doi, publication_date: publicationDate, description }),
    access_right: accessRight(metadata, facts),
    creators: metadata.creators.map(toCreator),
    ...compact({
      version: metadata.version,
      language: facts?.languages[0] ?? metadata.language?.iso639_3 ?? metadata.language?.text,
      publisher: metadata.publisher?.name,
      resource_type: metadata.resourceType && toResourceType(metadata.resourceType),
      license: toLicense(metadata),
      notes: descriptionOf(metadata, 'Other'),
      method: descriptionOf(metadata, 'Methods'),
    }),
    ...toLists(metadata, facts),
    ...(facts && withPublisher(toZenodoParts(facts.customFields, supervisors), metadata)),
    ...(facts && compact({ embargo_date: facts.embargoUntil })),
  };
}

/** Zenodo's own JSON has the publisher of a book with its place. */
function withPublisher(parts: ReturnType<typeof toZenodoParts>, { publisher }: RecordMetadata): ReturnType<typeof toZenodoParts> {
  const { imprint } = parts;
  return imprint === undefined || publisher === null ? parts : { ...parts, imprint: { publisher: publisher.name, ...imprint } };
}

/** Zenodo shows records without files as open if everybody may see them (RDM-JSON: status `metadata-only`). */
function accessRight(metadata: RecordMetadata, facts: JsonFacts | null): Metadata['access_right'] {
  return facts?.accessStatus === 'metadata-only' ? 'open' : metadata.accessRight;
}

function toLists(metadata: RecordMetadata, facts: JsonFacts | null): Partial<Metadata> {
  const custom = facts === null ? {} : toZenodoCustom(facts);
  return compact({
    custom: Object.keys(custom).length === 0 ? null : custom,
    contributors: metadata.contributors.map(toContributor),
    keywords: metadata.subjects.filter((one) => !isVocabularyTerm(one)).map((one) => one.subject),
    subjects: metadata.subjects.filter(isVocabularyTerm).map((one) => ({
      term: one.subject,
      ...compact({ identifier: one.valueUri ?? one.classificationCode, scheme: one.subjectScheme }),
    })),
    related_identifiers: metadata.relatedIdentifiers.filter((one) => !isConcept(one, metadata) && !isCommunity(one)).map(toRelated),
    alternate_identifiers: metadata.alternateIdentifiers
      .filter((one) => one.alternateIdentifierType?.toLowerCase() !== 'oai')
      .map((one) => ({ identifier: one.alternateIdentifier, ...compact({ scheme: one.alternateIdentifierType?.toLowerCase() }) })),
    references:
      facts === null || facts.references.length === 0 ? [...metadata.references] : facts.references.map(({ reference }) => reference),
    dates: metadata.dates.filter((date) => !isPublication(date, metadata) && date.dateType !== 'Updated').map(toDate),
    locations: metadata.geoLocations
      .filter(({ place, point }) => place ?? point)
      .map(({ place, point }) => compact({ place, lat: point?.latitude, lon: point?.longitude })),
    communities: metadata.communities.map((id) => ({ id })),
    grants: metadata.fundingReferences.flatMap((one) => toGrant(one, awardOf(one, facts))),
  });
}

function toCreator(person: Person): Metadata['creators'][number] {
  const gnd = person.nameIdentifiers.find((one) => one.scheme === 'GND')?.value;
  return { name: person.name, affiliation: person.affiliations[0]?.name ?? null, ...compact({ orcid: person.orcid, gnd }) };
}

function toContributor(contributor: Contributor): NonNullable<Metadata['contributors']>[number] {
  return { ...toCreator(contributor), ...compact({ type: contributor.contributorType }) };
}

function toResourceType({ type, subtype, text, general }: ResourceType): NonNullable<Metadata['resource_type']> {
  // `JournalArticle` reads `Journal article`, as Zenodo's titles do.
  const spelled = general?.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const id = [type, subtype].filter((part) => part !== null).join('-');
  return compact({ title: text ?? titleOfTerm('resourcetypes', id) ?? spelled, type, subtype });
}

/** Zenodo shows one licence. */
function toLicense({ rights }: RecordMetadata): Metadata['license'] {
  const licence = rights.find((one) => one.kind === 'licence' && (one.rightsIdentifier ?? one.spdx));
  const id = licence?.rightsIdentifier ?? licence?.spdx;
  return id ? { id: id.toLowerCase() } : undefined;
}

function toRelated(related: RelatedIdentifier): NonNullable<Metadata['related_identifiers']>[number] {
  const relation = related.relationType && related.relationType[0]!.toLowerCase() + related.relationType.slice(1);
  return {
    identifier: related.doi ?? related.relatedIdentifier,
    ...compact({
      relation,
      resource_type: resourceTypeId(related.resourceTypeGeneral),
      scheme: related.relatedIdentifierType?.toLowerCase(),
    }),
  };
}

function toDate({ dateType, dateInformation, text }: RecordDate): NonNullable<Metadata['dates']>[number] {
  // Zenodo's developer documentation: an exact date has the same value for both.
  const [start, end = start] = text.split('/');
  return compact({ type: dateType?.toLowerCase(), start, end, description: dateInformation });
}

/** As Zenodo, only what has an award number. */
function toGrant(funding: FundingReference, told: AwardFacts | null): NonNullable<Metadata['grants']> {
  const code = funding.awardNumber;
  const funder = compact({ name: funding.funderName, doi: funderDoiOf(funding), ror: funding.funderRor });
  const funderId = funder.doi ?? funder.ror ?? funder.name;
  if (!code || !funderId) return [];
  const { acronym, program, doi } = told ?? {};
  const title = funding.awardTitle ?? told?.title;
  const more = compact({ title, acronym, program, url: told?.url ?? funding.awardUri, doi });
  return [{ code, internal_id: `${funderId}::${code}`, funder, ...more }];
}

function descriptionOf(metadata: RecordMetadata, type: string): string | undefined {
  // Legacy Zenodo hides the references as JSON in a description.
  return metadata.descriptions.find((one) => one.descriptionType === type && !one.text.trimStart().startsWith('{"references"'))?.text;
}

function isVocabularyTerm(subject: RecordMetadata['subjects'][number]): boolean {
  return subject.subjectScheme !== null || subject.valueUri !== null;
}

function isPublication(date: RecordDate, { dates, publicationDate }: RecordMetadata): boolean {
  return date === dates.find((one) => one.dateType === 'Issued' && one.text === publicationDate?.text);
}

/** Kernel 3 writes the link to the concept as IsPartOf. */
function isConcept({ doi, relationType }: RelatedIdentifier, { conceptDoi }: RecordMetadata): boolean {
  return doi !== null && doi === conceptDoi && (relationType === 'IsVersionOf' || relationType === 'IsPartOf');
}

function isCommunity({ relatedIdentifier, relationType }: RelatedIdentifier): boolean {
  return relationType === 'IsPartOf' && /^https?:\/\/zenodo\.org\/communities\//.test(relatedIdentifier);
}

type Compact<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** The object without what is null, undefined, empty text or an empty list. */
function compact<T extends object>(object: T): Compact<T> {
  const kept = Object.entries(object).filter(
    ([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as Compact<T>;
}
