import type { Contributor, FundingReference, Person, RecordMetadata, RelatedIdentifier, ResourceType } from '@thresher/datacite';
import type { VersionPlace } from '@thresher/store';
import type { RecordFacts } from './record-facts.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';

/**
 * A record in the form of InvenioRDM's own REST API (`application/vnd.inveniordm.v1+json`), as far as OAI-PMH carries it;
 * what the source does not tell is left out. Pure.
 */
export function toRdmRecord(record: RecordFacts, place: VersionPlace | undefined, origin: string) {
  const zenodo = toZenodoRecord(record, origin);
  const { metadata } = record;
  return {
    id: String(zenodo.id),
    parent: {
      id: zenodo.conceptrecid ?? String(zenodo.id),
      communities: { ids: metadata?.communities ?? [], entries: (metadata?.communities ?? []).map((slug) => ({ id: slug, slug })) },
      ...(record.conceptDoi !== null && { pids: { doi: { identifier: record.conceptDoi } } }),
    },
    pids: {
      ...(record.doi !== null && { doi: { identifier: record.doi } }),
      oai: { identifier: record.oaiIdentifier, provider: 'oai' },
    },
    metadata: metadata === null ? { creators: [] } : toMetadata(metadata),
    access: { record: 'public', files: filesAccess(metadata), status: accessStatus(metadata) },
    files: toFiles(zenodo.files ?? null),
    versions: { is_latest: place?.isLatest ?? null, index: place?.index ?? null },
    created: zenodo.created,
    updated: zenodo.updated,
    revision_id: zenodo.revision,
    is_published: true,
    is_draft: false,
    status: 'published',
    stats: zenodo.stats,
    custom_fields: {},
    links: zenodo.links,
  };
}

function toMetadata(metadata: RecordMetadata) {
  const { title } = metadata;
  const language = metadata.language?.iso639_3 ?? null;
  return present({
    title,
    additional_titles: metadata.titles
      .filter((one) => one.titleType !== null)
      .map((one) => present({ title: one.title, type: { id: kebab(one.titleType!) }, lang: one.lang && { id: one.lang } })),
    creators: metadata.creators.map(toCreator),
    contributors: metadata.contributors.map(toContributor),
    resource_type: metadata.resourceType && toResourceType(metadata.resourceType),
    publication_date: metadata.publicationDate?.text ?? metadata.publicationYear?.toString(),
    publisher: metadata.publisher?.name,
    description: metadata.description,
    additional_descriptions: metadata.descriptions
      .filter((one) => one.text !== metadata.description)
      .map((one) => present({ description: one.text, type: one.descriptionType && { id: kebab(one.descriptionType) } })),
    subjects: metadata.subjects.map((one) => present({ id: one.valueUri, subject: one.subject, scheme: one.subjectScheme })),
    languages: language === null ? [] : [{ id: language }],
    dates: metadata.dates
      .filter((one) => one.dateType !== 'Issued' && one.dateType !== 'Updated')
      .map((one) =>
        present({ date: one.text, type: one.dateType && { id: one.dateType.toLowerCase() }, description: one.dateInformation }),
      ),
    version: metadata.version,
    rights: metadata.rights.filter((one) => one.kind === 'licence').map(toRight),
    identifiers: metadata.alternateIdentifiers.map((one) =>
      present({ identifier: one.alternateIdentifier, scheme: one.alternateIdentifierType?.toLowerCase() }),
    ),
    related_identifiers: metadata.relatedIdentifiers.filter((one) => one.doi === null || one.doi !== metadata.conceptDoi).map(toRelated),
    references: metadata.references.map((reference) => ({ reference })),
    funding: metadata.fundingReferences.map(toFunding),
    sizes: metadata.sizes,
    formats: metadata.formats,
    locations: toLocations(metadata),
  });
}

function toCreator({ name, nameType, givenName, familyName, nameIdentifiers, affiliations }: Person) {
  return {
    person_or_org: present({
      type: nameType === 'Organizational' ? 'organizational' : 'personal',
      name,
      given_name: givenName,
      family_name: familyName,
      identifiers: nameIdentifiers.map((one) =>
        present({ identifier: one.value ?? one.nameIdentifier, scheme: (one.scheme ?? one.nameIdentifierScheme)?.toLowerCase() }),
      ),
    }),
    affiliations: affiliations.map((one) => present({ id: one.ror, name: one.name })),
  };
}

function toContributor(contributor: Contributor) {
  return { ...toCreator(contributor), ...(contributor.contributorType && { role: { id: contributor.contributorType.toLowerCase() } }) };
}

function toResourceType({ type, subtype, text, general }: ResourceType) {
  const id = [type, subtype].filter((part) => part !== null).join('-');
  return present({ id, title: { en: text ?? general ?? id } });
}

function toRight({ rights, rightsIdentifier, rightsUri, spdx }: RecordMetadata['rights'][number]) {
  return present({
    id: (rightsIdentifier ?? spdx)?.toLowerCase(),
    title: rights === null ? null : { en: rights },
    link: rightsUri,
    props: rightsUri === null ? null : { url: rightsUri },
  });
}

function toRelated({ doi, relatedIdentifier, relatedIdentifierType, relationType }: RelatedIdentifier) {
  return present({
    identifier: doi ?? relatedIdentifier,
    scheme: relatedIdentifierType?.toLowerCase(),
    relation_type: relationType && { id: relationType.toLowerCase(), title: { en: spaced(relationType) } },
  });
}

function toFunding(funding: FundingReference) {
  const { funderName, funderRor, funderDoi, awardNumber, awardTitle, awardUri } = funding;
  return present({
    funder: present({ id: funderRor ?? funderDoi, name: funderName }),
    award:
      awardNumber === null && awardTitle === null
        ? null
        : present({
            number: awardNumber,
            title: awardTitle && { en: awardTitle },
            identifiers: awardUri === null ? [] : [{ identifier: awardUri, scheme: 'url' }],
          }),
  });
}

function toLocations({ geoLocations }: RecordMetadata) {
  const features = geoLocations
    .filter(({ place, point }) => place !== null || point !== null)
    .map(({ place, point }) => present({ place, geometry: point && { type: 'Point', coordinates: [point.longitude, point.latitude] } }));
  return features.length === 0 ? null : { features };
}

interface RdmFile {
  readonly key: string;
}

/** Null where they were not fetched, which is not the same as none. */
function toFiles(files: readonly RdmFile[] | null) {
  if (files === null) return null;
  return { enabled: files.length > 0, count: files.length, entries: Object.fromEntries(files.map((file) => [file.key, file])) };
}

/** The status is about files: a source that does not say has not said that they are open. */
function accessStatus(metadata: RecordMetadata | null): string | null {
  return metadata?.accessRight === 'closed' ? 'metadata-only' : (metadata?.accessRight ?? null);
}

function filesAccess(metadata: RecordMetadata | null): 'public' | 'restricted' | null {
  if (metadata === null || metadata.accessRight === null) return null;
  return metadata.accessRight === 'open' ? 'public' : 'restricted';
}

/** `TableOfContents` is `table-of-contents` there. */
function kebab(term: string): string {
  return spaced(term).replaceAll(' ', '-');
}

function spaced(term: string): string {
  return term.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** Without what is null, undefined, empty text or an empty list. */
function present<T extends object>(object: T): Present<T> {
  const kept = Object.entries(object).filter(
    ([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as Present<T>;
}
