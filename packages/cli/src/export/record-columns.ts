import { metadataProperties, type Property } from '@thresher/store/database';

/** What a record is in Parquet: the names and nesting of `RecordMetadata`, behind what the header and the database say. */

/** Name and DuckDB type. */
export type ColumnType = readonly [name: string, type: string];

const list = (of: string): string => `${of}[]`;
const struct = (fields: string): string => `STRUCT(${fields})`;
/** Names of text fields. */
const texts = (...names: string[]): string => names.map((name) => `"${name}" VARCHAR`).join(', ');

/** Names of fields of whole numbers. */
const counts = (...names: string[]): string => names.map((name) => `"${name}" BIGINT`).join(', ');

const plainTypes = { text: 'VARCHAR', day: 'VARCHAR', integer: 'INTEGER', double: 'DOUBLE' } as const;

function typeOf({ type, isList, inner }: Property): string {
  const one = type === 'object' ? struct(inner!.map((it) => `"${it.name}" ${typeOf(it)}`).join(', ')) : plainTypes[type];
  return isList ? list(one) : one;
}

export const recordColumns: readonly ColumnType[] = [
  ['source', 'VARCHAR'],
  ['oaiIdentifier', 'VARCHAR'],
  ['recid', 'BIGINT'],
  ['datestamp', 'TIMESTAMPTZ'],
  ['setSpecs', 'VARCHAR[]'],
  ['revision', 'INTEGER'],
  ['firstSeenAt', 'TIMESTAMPTZ'],
  ['changedAt', 'TIMESTAMPTZ'],
  ...metadataProperties.map((it): ColumnType => [it.name, typeOf(it)]),
  ['factsAt', 'TIMESTAMPTZ'],
  ['createdAt', 'TIMESTAMPTZ'],
  ['versionIndex', 'INTEGER'],
  ['swhid', 'VARCHAR'],
  ['embargoUntil', 'DATE'],
  ['accessStatus', 'VARCHAR'],
  ['descriptionHtml', 'VARCHAR'],
  ['journal', struct(texts('title', 'volume', 'issue', 'pages', 'issn'))],
  ['imprint', struct(texts('title', 'isbn', 'pages', 'place', 'edition'))],
  ['thesisUniversity', 'VARCHAR'],
  ['meetingTitle', 'VARCHAR'],
  ['languages', 'VARCHAR[]'],
  ['files', list(struct(`${texts('key', 'fileType', 'mimetype', 'checksum', 'url')}, "size" BIGINT`))],
  [
    'statistics',
    struct(`"asOf" TIMESTAMPTZ, ${counts('views', 'uniqueViews', 'downloads', 'uniqueDownloads', 'volume')},
    ${counts('versionViews', 'versionUniqueViews', 'versionDownloads', 'versionUniqueDownloads', 'versionVolume')}`),
  ],
  ['citedReferences', list(struct(texts('reference', 'identifier', 'scheme')))],
  [
    'awards',
    list(struct(texts('funderId', 'funderName', 'awardId', 'number', 'title', 'titleLanguage', 'acronym', 'program', 'url', 'doi'))),
  ],
  ['creatorRoles', list(struct(`"position" INTEGER, ${texts('name', 'role')}`))],
  /** `json` is text: JSON of a value that is an object or a list. */
  ['customFields', list(struct(texts('field', 'value', 'json')))],
];

const described = `list_transform(descriptions, lambda it: {${metadataProperties
  .find(({ name }) => name === 'descriptions')!
  .inner!.map(({ name, isDescribed }) => `'${name}': ${isDescribed ? `coalesce(it."${name}", description)` : `it."${name}"`}`)
  .join(', ')}})`;

/** The columns of Parquet: all of them, with the descriptions that are stored only once filled in again (see `copyStored`). */
export const parquetColumns: readonly (readonly [name: string, expression: string])[] = recordColumns.map(([name]) => [
  name,
  name === 'descriptions' ? described : `"${name}"`,
]);

const joined = (column: string, of: string): string =>
  `array_to_string(list_filter(list_transform(${column}, lambda it: ${of}), lambda it: it is not null), '; ')`;

/** The columns of CSV: one line per record, lists joined by `; `. Name and DuckDB expression over the columns above. */
export const csvColumns: readonly (readonly [name: string, expression: string])[] = [
  ['source', 'source'],
  ['oaiIdentifier', '"oaiIdentifier"'],
  ['recid', 'recid'],
  ['doi', 'doi'],
  ['conceptDoi', '"conceptDoi"'],
  ['datestamp', 'datestamp'],
  ['changedAt', '"changedAt"'],
  ['title', 'title'],
  ['creators', joined('creators', 'it.name')],
  ['orcids', joined('creators', 'it.orcid')],
  ['publicationYear', '"publicationYear"'],
  ['publicationDate', '"publicationDate".text'],
  ['resourceType', '"resourceType".type'],
  ['resourceSubtype', '"resourceType".subtype'],
  ['resourceTypeGeneral', '"resourceType".general'],
  ['publisher', 'publisher.name'],
  ['language', 'language.iso639_3'],
  ['version', 'version'],
  ['accessRight', '"accessRight"'],
  [
    'licences',
    joined(`list_filter(rights, lambda it: it.kind = 'licence')`, 'coalesce(it.spdx, it."rightsIdentifier", it.rights, it."rightsUri")'),
  ],
  ['subjects', joined('subjects', 'it.subject')],
  ['communities', `array_to_string(communities, '; ')`],
  ['funders', joined('"fundingReferences"', 'it."funderName"')],
  ['awards', joined('"fundingReferences"', 'it."awardNumber"')],
  ['relatedDois', joined('"relatedIdentifiers"', 'it.doi')],
  ['journal', 'journal.title'],
  ['files', joined('files', 'it.key')],
  ['totalBytes', 'list_sum(list_transform(files, lambda it: it.size))::BIGINT'],
  ['views', 'statistics.views'],
  ['downloads', 'statistics.downloads'],
  ['description', 'description'],
];
