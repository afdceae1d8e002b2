import type { Person, RecordMetadata } from '@thresher/datacite';
import type { VersionPlace } from '@thresher/store/read';
import { recordPath } from './links.ts';
import type { RecordFacts } from './record-facts.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';
import type { ZenodoRecord } from './zenodo-record.ts';

/** One record, flat: every member is there, null where the source cannot know. Each object says what it is in `@type`. */
export function toFlatRecord(record: RecordFacts, place: VersionPlace | undefined, origin: string) {
  const zenodo = toZenodoRecord(record, origin, place);
  const { metadata } = zenodo;
  const facts = record.told?.facts ?? null;
  const { type = null, subtype = null, title = null } = metadata.resource_type ?? {};
  return {
    '@type': '@zenodo_record',
    id: zenodo.id,
    url: `${origin}/records/${recordPath(record)}`,
    doi: record.doi,
    doi_url: doiUrl(record.doi),
    concept_doi: record.conceptDoi,
    concept_recid: zenodo.conceptrecid,
    swhid: facts?.swhid ?? swhidOf(record.metadata),
    title: metadata.title ?? null,
    description: metadata.description ?? null,
    publication_date: metadata.publication_date ?? null,
    access_right: metadata.access_right,
    version: metadata.version ?? null,
    language: metadata.language ?? null,
    license: metadata.license?.id ?? null,
    notes: metadata.notes ?? null,
    state: zenodo.state,
    status: zenodo.status,
    created_at: zenodo.created,
    updated_at: zenodo.updated,
    resource_type: { '@type': '@zenodo_resource_type', type, subtype, title },
    creators: (record.metadata?.creators ?? []).map((one) => toFlatPerson(one, 'creator')),
    contributors: (record.metadata?.contributors ?? []).map((one) => ({ ...toFlatPerson(one, 'contributor'), type: one.contributorType })),
    keywords: metadata.keywords ?? [],
    subjects: typed('subject', metadata.subjects),
    communities: (metadata.communities ?? []).map(({ id }) => id),
    grants: typed('grant', metadata.grants),
    related_identifiers: typed('related_identifier', metadata.related_identifiers),
    references: metadata.references ?? [],
    dates: typed('date', metadata.dates),
    files: zenodo.files ? typed('file', zenodo.files) : null,
    stats: toFlatStats(zenodo.stats),
    custom: metadata.custom ?? null,
    journal: metadata.journal ?? null,
    meeting: metadata.meeting ?? null,
    imprint: metadata.imprint ?? null,
    thesis: metadata.thesis ?? null,
    is_latest_version: place?.isLatest ?? null,
    version_index: facts?.versionIndex ?? place?.index ?? null,
  };
}

/** Counts are null if they were not fetched. */
function toFlatStats(stats: ZenodoRecord['stats']) {
  const count = (name: string): number | null => stats?.[name] ?? null;
  return {
    '@type': '@zenodo_stats',
    downloads: count('downloads'),
    unique_downloads: count('unique_downloads'),
    views: count('views'),
    unique_views: count('unique_views'),
    version_downloads: count('version_downloads'),
    version_unique_downloads: count('version_unique_downloads'),
    version_views: count('version_views'),
    version_unique_views: count('version_unique_views'),
  };
}

/** What a list of references is made from. */
export function toExtract(record: RecordFacts, origin: string) {
  const { metadata } = record;
  return {
    doi: record.doi,
    url: doiUrl(record.doi) ?? `${origin}/records/${recordPath(record)}`,
    date: metadata?.publicationDate?.text ?? metadata?.publicationYear?.toString() ?? null,
    lang: metadata?.language?.iso639_3 ?? metadata?.language?.text ?? null,
    title: metadata?.title ?? null,
    source: metadata?.publisher?.name ?? null,
    authors: (metadata?.creators ?? []).map((creator) => creator.name),
    abstract: metadata?.description ?? null,
    keywords: (metadata?.subjects ?? []).map((subject) => subject.subject),
    download_link: record.fetched?.files?.find((file) => file.url !== null)?.url ?? toZenodoRecord(record, origin).links['source'] ?? null,
  };
}

/** The objects of a list, each with what it is. */
const typed = <T extends object>(what: string, list: readonly T[] = []) => list.map((one) => ({ '@type': `@zenodo_${what}`, ...one }));

function toFlatPerson({ name, givenName, familyName, orcid, affiliations }: Person, what: 'creator' | 'contributor') {
  return {
    '@type': `@zenodo_${what}`,
    name,
    given_name: givenName,
    family_name: familyName,
    orcid,
    affiliations: typed(
      'affiliation',
      affiliations.map((one) => ({ name: one.name, ror: one.ror })),
    ),
  };
}

/** Zenodo names the Software Heritage id of archived code among the identifiers of its other exports. */
function swhidOf(metadata: RecordMetadata | null): string | null {
  const identifiers = [
    ...(metadata?.alternateIdentifiers ?? []).map((one) => one.alternateIdentifier),
    ...(metadata?.relatedIdentifiers ?? []).map((one) => one.relatedIdentifier),
  ];
  return (
    identifiers.map((one) => /swh:1:(?:cnt|dir|rel|rev|snp):[\da-f]{40}[^\s/]*/.exec(one)?.[0]).find((one) => one !== undefined) ?? null
  );
}

function doiUrl(doi: string | null): string | null {
  return doi && `https://doi.org/${doi}`;
}
