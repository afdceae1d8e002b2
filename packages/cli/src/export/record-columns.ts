/** What a record is in Parquet: the names and nesting of `RecordMetadata`, behind what the header and the database say. */

/** Name and DuckDB type. */
export type ColumnType = readonly [name: string, type: string];

const list = (of: string): string => `${of}[]`;
const struct = (fields: string): string => `STRUCT(${fields})`;
/** Names of text fields. */
const texts = (...names: string[]): string => names.map((name) => `"${name}" VARCHAR`).join(', ');

/** Names of fields of whole numbers. */
const counts = (...names: string[]): string => names.map((name) => `"${name}" BIGINT`).join(', ');

const point = struct('longitude DOUBLE, latitude DOUBLE');
const nameIdentifier = struct(texts('nameIdentifier', 'nameIdentifierScheme', 'schemeUri', 'scheme', 'value'));
const affiliation = struct(texts('name', 'affiliationIdentifier', 'affiliationIdentifierScheme', 'schemeUri', 'ror'));
const personFields = `${texts('name', 'nameType', 'givenName', 'familyName', 'lang', 'orcid')}, "nameIdentifiers" ${list(nameIdentifier)}, "affiliations" ${list(affiliation)}`;
const title = struct(texts('title', 'titleType', 'lang'));
const contributor = struct(`${personFields}, ${texts('contributorType')}`);

export const recordColumns: readonly ColumnType[] = [
  ['source', 'VARCHAR'],
  ['oaiIdentifier', 'VARCHAR'],
  ['recid', 'BIGINT'],
  ['datestamp', 'TIMESTAMPTZ'],
  ['setSpecs', 'VARCHAR[]'],
  ['revision', 'INTEGER'],
  ['firstSeenAt', 'TIMESTAMPTZ'],
  ['changedAt', 'TIMESTAMPTZ'],
  ['format', 'VARCHAR'],
  ['kernel', 'VARCHAR'],
  ['schemaVersion', 'VARCHAR'],
  ['datacentreSymbol', 'VARCHAR'],
  ['identifier', 'VARCHAR'],
  ['identifierType', 'VARCHAR'],
  ['doi', 'VARCHAR'],
  ['conceptDoi', 'VARCHAR'],
  ['title', 'VARCHAR'],
  ['titles', list(title)],
  ['creators', list(struct(personFields))],
  ['contributors', list(contributor)],
  ['publisher', struct(texts('name', 'publisherIdentifier', 'publisherIdentifierScheme', 'schemeUri', 'lang'))],
  ['publicationYear', 'INTEGER'],
  ['publicationDate', struct(texts('text', 'start', 'end'))],
  ['resourceType', struct(texts('general', 'text', 'type', 'subtype'))],
  ['subjects', list(struct(texts('subject', 'subjectScheme', 'schemeUri', 'valueUri', 'classificationCode', 'lang')))],
  ['dates', list(struct(texts('text', 'start', 'end', 'dateType', 'dateInformation')))],
  ['language', struct(texts('text', 'iso639_3', 'iso639_1'))],
  ['alternateIdentifiers', list(struct(texts('alternateIdentifier', 'alternateIdentifierType')))],
  [
    'relatedIdentifiers',
    list(
      struct(
        texts(
          'relatedIdentifier',
          'relatedIdentifierType',
          'relationType',
          'resourceTypeGeneral',
          'relatedMetadataScheme',
          'schemeUri',
          'schemeType',
          'relationTypeInformation',
          'doi',
        ),
      ),
    ),
  ],
  [
    'relatedItems',
    list(
      struct(`${texts(
        'relatedItemType',
        'relationType',
        'relationTypeInformation',
        'relatedItemIdentifier',
        'relatedItemIdentifierType',
        'relatedMetadataScheme',
        'schemeUri',
        'schemeType',
      )}, "titles" ${list(title)}, "creators" ${list(struct(personFields))}, "contributors" ${list(contributor)},
    ${texts('publicationYear', 'volume', 'issue', 'number', 'numberType', 'firstPage', 'lastPage', 'publisher', 'edition')}`),
    ),
  ],
  ['sizes', 'VARCHAR[]'],
  ['formats', 'VARCHAR[]'],
  ['version', 'VARCHAR'],
  ['rights', list(struct(texts('rights', 'rightsUri', 'rightsIdentifier', 'rightsIdentifierScheme', 'schemeUri', 'lang', 'kind', 'spdx')))],
  ['accessRight', 'VARCHAR'],
  ['descriptions', list(struct(texts('description', 'text', 'descriptionType', 'lang')))],
  ['description', 'VARCHAR'],
  [
    'fundingReferences',
    list(
      struct(
        texts(
          'funderName',
          'funderIdentifier',
          'funderIdentifierType',
          'schemeUri',
          'awardNumber',
          'awardUri',
          'awardTitle',
          'funderRor',
          'funderDoi',
        ),
      ),
    ),
  ],
  [
    'geoLocations',
    list(
      struct(`"place" VARCHAR, "point" ${point}, "box" STRUCT(west DOUBLE, east DOUBLE, south DOUBLE, north DOUBLE),
    "polygons" ${list(struct(`"points" ${list(point)}, "inPolygonPoint" ${point}`))}`),
    ),
  ],
  ['communities', 'VARCHAR[]'],
  ['references', 'VARCHAR[]'],
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

const described = `list_transform(descriptions, lambda it: {'description': coalesce(it.description, description),
  'text': coalesce(it.text, description), 'descriptionType': it."descriptionType", 'lang': it.lang})`;

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
