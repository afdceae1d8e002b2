import {
  type Contributor,
  type FundingReference,
  type GeoLocation,
  type Person,
  type RecordMetadata,
  type RelatedIdentifier,
  resourceTypeId,
  type ResourceType,
} from '@thresher/datacite';
import type { AwardFacts, JsonFacts, RecordFile, RecordStats, VersionPlace } from '@thresher/store/read';
import { toCommunityEntry } from './community.ts';
import { titleOfTerm } from '../terms/fixed-terms.ts';
import { toCustomFields } from './custom-fields.ts';
import { funderRorOf } from '../terms/funder-dois.ts';
import { fileLinks } from './links.ts';
import { mimeTypeOf } from './mime-type.ts';
import type { RecordFacts } from './record-facts.ts';
import { awardOf, roleOf } from './award-facts.ts';
import { toRdmUi } from './to-rdm-ui.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';

/**
 * A record in the form of InvenioRDM's own REST API (`application/vnd.inveniordm.v1+json`). What the source does not report is
 * left out, or null where clients expect the member. Pure.
 */
export function toRdmRecord(record: RecordFacts, place: VersionPlace | undefined, origin: string) {
  const zenodo = toZenodoRecord(record, origin);
  const { metadata } = record;
  const facts = record.told?.facts ?? null;
  const access = toAccess(metadata, facts);
  const shape = {
    id: String(zenodo.id),
    created: zenodo.created,
    updated: zenodo.updated,
    links: zenodo.links,
    revision_id: zenodo.revision,
    parent: toParent(record, zenodo.conceptrecid),
    versions: { is_latest: place?.isLatest ?? null, index: facts?.versionIndex ?? place?.index ?? null },
    is_published: true,
    is_draft: false,
    pids: {
      ...(record.doi !== null && { doi: toDoi(record.doi) }),
      oai: { identifier: record.oaiIdentifier, provider: 'oai' },
    },
    metadata: metadata === null ? { creators: [] } : toMetadata(metadata, facts),
    custom_fields: facts === null ? {} : toCustomFields(facts),
    access,
    files: toFiles(record, access.files, `${zenodo.links['self']}/files`),
    media_files: null,
    status: 'published',
    deletion_status: { is_deleted: false, status: 'P' },
    stats: toStats(record.fetched?.stats ?? null),
    swh: zenodo.swh,
    facts_at: zenodo.facts_at,
  };
  return { ...shape, ui: toRdmUi(shape, metadata) };
}

function toParent(record: RecordFacts, conceptrecid: string | null) {
  const slugs = record.metadata?.communities ?? [];
  const described = new Map((record.told?.communities ?? []).map((one) => [one.slug, one]));
  const entries = slugs.map((slug) => toCommunityEntry(slug, described.get(slug) ?? null));
  return {
    id: conceptrecid ?? record.recid?.toString() ?? record.oaiIdentifier,
    access: { owned_by: { user: null } },
    communities: { ids: entries.map(({ id }) => id), default: null, entries },
    pids: record.conceptDoi === null ? {} : { doi: toDoi(record.conceptDoi) },
  };
}

/** Zenodo registers its own DOIs with DataCite; all others are external to it. */
function toDoi(identifier: string) {
  return /^10\.(?:5281|5072)\/zenodo\./.test(identifier)
    ? { identifier, provider: 'datacite', client: 'datacite' }
    : { identifier, provider: 'external' };
}

function toMetadata(metadata: RecordMetadata, facts: JsonFacts | null) {
  const language = metadata.language?.iso639_3 ?? null;
  const languages = facts === null || facts.languages.length === 0 ? (language === null ? [] : [language]) : facts.languages;
  const references =
    facts === null || facts.references.length === 0 ? metadata.references.map((reference) => ({ reference })) : facts.references;
  return present({
    resource_type: metadata.resourceType && toResourceType(metadata.resourceType),
    creators: metadata.creators.map((one, position) => withRole(toCreator(one), roleOf(one, position, facts))),
    contributors: metadata.contributors.map(toContributor),
    title: metadata.title,
    additional_titles: metadata.titles
      .filter((one) => one.titleType !== null)
      .map((one) => present({ title: one.title, type: termOf('titletypes', kebab(one.titleType!)), lang: one.lang && { id: one.lang } })),
    publisher: metadata.publisher?.name,
    publication_date: metadata.publicationDate?.text ?? metadata.publicationYear?.toString(),
    subjects: metadata.subjects.map((one) => present({ id: one.valueUri, subject: one.subject, scheme: one.subjectScheme })),
    dates: metadata.dates
      .filter((one) => one.dateType !== 'Issued' && one.dateType !== 'Updated')
      .map((one) =>
        present({
          date: one.text,
          type: one.dateType && termOf('datetypes', one.dateType.toLowerCase()),
          description: one.dateInformation,
        }),
      ),
    languages: languages.map((id) => termOf('languages', id)),
    identifiers: metadata.alternateIdentifiers
      .filter((one) => one.alternateIdentifierType?.toLowerCase() !== 'oai')
      .map((one) => present({ identifier: one.alternateIdentifier, scheme: one.alternateIdentifierType?.toLowerCase() })),
    related_identifiers: metadata.relatedIdentifiers.filter((one) => one.doi === null || one.doi !== metadata.conceptDoi).map(toRelated),
    sizes: metadata.sizes,
    formats: metadata.formats,
    version: metadata.version,
    copyright: metadata.rights.find((one) => one.kind === 'copyright')?.rights,
    rights: metadata.rights.filter((one) => one.kind === 'licence').map(toRight),
    description: facts?.descriptionHtml ?? metadata.description,
    additional_descriptions: metadata.descriptions
      .filter((one) => one.text !== metadata.description)
      .map((one) =>
        present({ description: one.text, type: one.descriptionType && termOf('descriptiontypes', kebab(one.descriptionType)) }),
      ),
    locations: toLocations(metadata),
    funding: metadata.fundingReferences.map((one) => toFunding(one, awardOf(one, facts))),
    references: references.map((one) => present(one)),
  });
}

/** A term of a vocabulary, with its title if it is known. */
function termOf(vocabulary: string, id: string) {
  const title = titleOfTerm(vocabulary, id);
  return { id, ...(title !== null && { title: { en: title } }) };
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
    affiliations: affiliations.map(({ ror, name: place }) =>
      present({ id: ror, name: place, identifiers: ror === null ? [] : [{ identifier: ror, scheme: 'ror' }] }),
    ),
  };
}

function withRole(creator: ReturnType<typeof toCreator>, role: string | null) {
  return { ...creator, ...(role !== null && { role: termOf('creatorsroles', role) }) };
}

function toContributor(contributor: Contributor) {
  const { contributorType } = contributor;
  return { ...toCreator(contributor), ...(contributorType && { role: termOf('contributorsroles', contributorType.toLowerCase()) }) };
}

function toResourceType({ type, subtype, text, general }: ResourceType) {
  const id = [type, subtype].filter((part) => part !== null).join('-');
  return present({ id, title: { en: text ?? titleOfTerm('resourcetypes', id) ?? general ?? id } });
}

function toRight({ rights, rightsIdentifier, rightsUri, spdx }: RecordMetadata['rights'][number]) {
  const id = (rightsIdentifier ?? spdx)?.toLowerCase();
  return present({
    id,
    title: rights === null ? null : { en: rights },
    description: id === undefined ? null : { en: '' },
    icon: iconOf(id),
    link: id === undefined ? rightsUri : null,
    props: id === undefined || rightsUri === null ? null : { url: rightsUri, scheme: spdx === null ? 'other' : 'spdx' },
  });
}

/** Of Creative Commons licences, as InvenioRDM names its icons. */
function iconOf(id: string | undefined): string | null {
  if (id?.startsWith('cc0-')) return 'cc-cc0-icon';
  const kind = /^(cc-by(?:-[a-z]+)*)-\d/.exec(id ?? '')?.[1];
  return kind === undefined ? null : `${kind}-icon`;
}

function toRelated({ doi, relatedIdentifier, relatedIdentifierType, relationType, resourceTypeGeneral }: RelatedIdentifier) {
  const type = resourceTypeId(resourceTypeGeneral);
  return present({
    identifier: doi ?? relatedIdentifier,
    scheme: relatedIdentifierType?.toLowerCase(),
    relation_type: relationType && {
      id: relationType.toLowerCase(),
      title: { en: titleOfTerm('relationtypes', relationType.toLowerCase()) ?? spaced(relationType) },
    },
    resource_type: type && termOf('resourcetypes', type),
  });
}

function toFunding(funding: FundingReference, told: AwardFacts | null) {
  const { funderName, awardNumber, awardTitle, awardUri, funderDoi } = funding;
  const funder = funderRorOf(funding) ?? funderDoi;
  return present({
    funder: present({ id: funder ?? told?.funderId, name: funderName }),
    award:
      awardNumber === null && awardTitle === null && told === null
        ? null
        : present({
            id: told?.awardId ?? (awardNumber === null || funder === null ? null : `${funder}::${awardNumber}`),
            number: awardNumber,
            title: awardTitle === null ? told?.title && { [told.titleLanguage ?? 'en']: told.title } : { en: awardTitle },
            identifiers: awardIdentifiers(awardUri, told),
            acronym: told?.acronym,
            program: told?.program,
          }),
  });
}

/** DataCite has one address of an award, JSON may have a page and a DOI. */
function awardIdentifiers(uri: string | null, told: AwardFacts | null) {
  const named = (['url', 'doi'] as const).flatMap((scheme) => {
    const identifier = told?.[scheme] ?? null;
    return identifier === null ? [] : [{ identifier, scheme }];
  });
  return named.length > 0 || uri === null ? named : [toAwardIdentifier(uri)];
}

/** A URI of an award, in InvenioRDM's form. */
export function toAwardIdentifier(uri: string) {
  const doi = /^https?:\/\/(?:dx\.)?doi\.org\/(10\..+)$/.exec(uri)?.[1];
  return doi === undefined ? { identifier: uri, scheme: 'url' } : { identifier: doi, scheme: 'doi' };
}

function toLocations({ geoLocations }: RecordMetadata) {
  const features = geoLocations.flatMap((location) => {
    const feature = present({ place: location.place, geometry: toGeometry(location) });
    return Object.keys(feature).length === 0 ? [] : [feature];
  });
  return features.length === 0 ? null : { features };
}

/** A point, or of a box or the first polygon the ring of its corners (RFC 7946). */
function toGeometry({ point, box, polygons: [polygon] }: GeoLocation) {
  if (point !== null) return { type: 'Point', coordinates: [point.longitude, point.latitude] };
  const corners =
    box === null
      ? (polygon?.points ?? []).map(({ longitude, latitude }) => [longitude, latitude])
      : [
          [box.west, box.south],
          [box.east, box.south],
          [box.east, box.north],
          [box.west, box.north],
          [box.west, box.south],
        ];
  return corners.length === 0 ? null : { type: 'Polygon', coordinates: [corners] };
}

/** Unknown is null, which differs from none. A restricted record shows only that it has files. */
function toFiles({ fetched, told }: RecordFacts, access: string | null, files: string) {
  const known = fetched?.files ?? null;
  if (known === null && (told?.facts ?? null) !== null && access === 'restricted') return { enabled: true };
  if (known === null) return { enabled: null, order: [], count: null, total_bytes: null, entries: null };
  return {
    enabled: known.length > 0,
    order: [],
    count: known.length,
    total_bytes: known.reduce((sum, { size }) => sum + (size ?? 0), 0),
    entries: Object.fromEntries(known.map((file) => [file.key, toFile(file, files)])),
  };
}

function toFile(file: RecordFile, files: string) {
  const { key, fileId, checksum, size, mimetype } = file;
  return {
    id: fileId,
    checksum,
    ext: /\.([^./ ]{1,16})$/.exec(key)?.[1]?.toLowerCase() ?? null,
    size,
    mimetype: mimetype ?? mimeTypeOf(key),
    storage_class: null,
    key,
    metadata: null,
    access: { hidden: false },
    links: fileLinks(file, files),
  };
}

function toStats(stats: RecordStats | null) {
  if (stats === null) return null;
  const of = (prefix: '' | 'version_') => ({
    views: stats[`${prefix}views`],
    unique_views: stats[`${prefix}unique_views`],
    downloads: stats[`${prefix}downloads`],
    unique_downloads: stats[`${prefix}unique_downloads`],
    data_volume: stats[`${prefix}volume`],
  });
  return { this_version: of('version_'), all_versions: of('') };
}

/** The status is about files: a source that does not say has not said that they are open. */
function toAccess(metadata: RecordMetadata | null, facts: JsonFacts | null) {
  const right = metadata?.accessRight ?? null;
  const status = facts?.accessStatus ?? (right === 'closed' ? 'metadata-only' : right);
  const available = metadata?.dates.find(({ dateType }) => dateType === 'Available')?.start ?? null;
  const until = facts?.embargoUntil ?? (right === 'embargoed' ? available : null);
  const isOpen = status === 'open' || status === 'metadata-only';
  return {
    record: 'public' as const,
    files: status === null ? null : isOpen ? ('public' as const) : ('restricted' as const),
    embargo: { active: status === null ? null : status === 'embargoed', ...(until !== null && { until }), reason: null },
    status,
  };
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
