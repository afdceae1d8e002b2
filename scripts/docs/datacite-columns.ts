/**
 * Where each element and attribute of the DataCite kernels 2.2 to 4.7 goes. Paths leave out `resource`; containers
 * (`titles`, `creators` …) are named only where they carry something. A test compares the list with the schemas.
 */

/** Element or attribute, and its columns as `table.column`, beneath a schema other than public as `schema.table.column`. */
export type ColumnRow = readonly [path: string, columns: readonly string[], note?: string];

const person = (role: 'creator' | 'contributor'): ColumnRow[] => {
  const at = `${role}s/${role}`;
  const table = `record_${role}`;
  return [
    [`${at}/${role}Name`, [`${table}.name`]],
    [`${at}/${role}Name@nameType`, [`${table}.name_type`]],
    [`${at}/${role}Name@xml:lang`, [`${table}.lang`]],
    [`${at}/givenName`, [`${table}.given_name`], 'never split here'],
    [`${at}/familyName`, [`${table}.family_name`], 'never split here'],
    [
      `${at}/nameIdentifier`,
      ['record_name_identifier.name_identifier', 'record_name_identifier.value', `${table}.orcid`],
      'as written; bare, if its check digit holds; the ORCID iD among them',
    ],
    [
      `${at}/nameIdentifier@nameIdentifierScheme`,
      ['record_name_identifier.name_identifier_scheme', 'record_name_identifier.scheme'],
      'as written; as recognised',
    ],
    [`${at}/nameIdentifier@schemeURI`, ['record_name_identifier.scheme_uri']],
    [`${at}/affiliation`, ['record_affiliation.name']],
    [
      `${at}/affiliation@affiliationIdentifier`,
      ['record_affiliation.affiliation_identifier', 'record_affiliation.ror'],
      'as written; the bare ROR id',
    ],
    [`${at}/affiliation@affiliationIdentifierScheme`, ['record_affiliation.affiliation_identifier_scheme']],
    [`${at}/affiliation@schemeURI`, ['record_affiliation.scheme_uri']],
  ];
};

export const dataciteColumns: readonly ColumnRow[] = [
  ['identifier', ['record.identifier', 'record.doi'], 'as written; lower case without resolver (legacy Zenodo: the IsIdenticalTo DOI)'],
  ['identifier@identifierType', ['record.identifier_type']],
  ...person('creator'),
  ['titles/title', ['record_title.title', 'record.title'], 'all; the main one'],
  ['titles/title@titleType', ['record_title.title_type']],
  ['titles/title@xml:lang', ['record_title.lang']],
  ['publisher', ['record.publisher']],
  ['publisher@publisherIdentifier', ['record.publisher_identifier']],
  ['publisher@publisherIdentifierScheme', ['record.publisher_identifier_scheme']],
  ['publisher@schemeURI', ['record.publisher_scheme_uri']],
  ['publisher@xml:lang', ['record.publisher_lang']],
  ['publicationYear', ['record.publication_year']],
  [
    'resourceType',
    ['record.resource_type_text', 'record.resource_type', 'record.resource_subtype'],
    "as written; Zenodo's type and subtype",
  ],
  ['resourceType@resourceTypeGeneral', ['record.resource_type_general']],
  ['subjects/subject', ['record_subject.subject']],
  ['subjects/subject@subjectScheme', ['record_subject.subject_scheme']],
  ['subjects/subject@schemeURI', ['record_subject.scheme_uri']],
  ['subjects/subject@valueURI', ['record_subject.value_uri']],
  ['subjects/subject@classificationCode', ['record_subject.classification_code']],
  ['subjects/subject@xml:lang', ['record_subject.lang']],
  ...person('contributor'),
  ['contributors/contributor@contributorType', ['record_contributor.contributor_type'], 'funders of kernel 3 are in record_funding too'],
  [
    'dates/date',
    [
      'record_date.date_text',
      'record_date.date_start',
      'record_date.date_end',
      'record.publication_date',
      'record.publication_date_end',
      'record.publication_date_text',
    ],
    'as written, first and last day; the first Issued',
  ],
  ['dates/date@dateType', ['record_date.date_type']],
  ['dates/date@dateInformation', ['record_date.date_information']],
  ['language', ['record.language_text', 'record.language', 'record.language_iso639_1'], 'as written; ISO 639-3; ISO 639-1'],
  ['alternateIdentifiers/alternateIdentifier', ['record_alternate_identifier.alternate_identifier']],
  ['alternateIdentifiers/alternateIdentifier@alternateIdentifierType', ['record_alternate_identifier.alternate_identifier_type']],
  [
    'relatedIdentifiers/relatedIdentifier',
    ['record_related_identifier.related_identifier', 'record_related_identifier.doi', 'record.concept_doi', 'record_community.community'],
    'as written; bare DOI; the concept and the communities among them',
  ],
  ['relatedIdentifiers/relatedIdentifier@relatedIdentifierType', ['record_related_identifier.related_identifier_type']],
  ['relatedIdentifiers/relatedIdentifier@relationType', ['record_related_identifier.relation_type']],
  ['relatedIdentifiers/relatedIdentifier@resourceTypeGeneral', ['record_related_identifier.resource_type_general']],
  ['relatedIdentifiers/relatedIdentifier@relatedMetadataScheme', ['record_related_identifier.related_metadata_scheme']],
  ['relatedIdentifiers/relatedIdentifier@schemeURI', ['record_related_identifier.scheme_uri']],
  ['relatedIdentifiers/relatedIdentifier@schemeType', ['record_related_identifier.scheme_type']],
  ['relatedIdentifiers/relatedIdentifier@relationTypeInformation', ['record_related_identifier.relation_type_information']],
  ['sizes/size', ['record_size.size']],
  ['formats/format', ['record_format.format']],
  ['version', ['record.version']],
  [
    'rightsList/rights',
    ['record_rights.rights', 'record_rights.kind', 'record.access_right'],
    'also the single rights of kernel 2; statements of access become access_right',
  ],
  [
    'rightsList/rights@rightsURI',
    ['record_rights.rights_uri', 'record_rights.spdx'],
    'as written; the SPDX id it or rightsIdentifier names',
  ],
  ['rightsList/rights@rightsIdentifier', ['record_rights.rights_identifier']],
  ['rightsList/rights@rightsIdentifierScheme', ['record_rights.rights_identifier_scheme']],
  ['rightsList/rights@schemeURI', ['record_rights.scheme_uri']],
  ['rightsList/rights@xml:lang', ['record_rights.lang']],
  [
    'descriptions/description',
    ['record_description.description', 'record_description.markup', 'record.description'],
    'plain text; as written where that is HTML; the first abstract',
  ],
  ['descriptions/description@descriptionType', ['record_description.description_type']],
  ['descriptions/description@xml:lang', ['record_description.lang']],
  ['geoLocations/geoLocation/geoLocationPlace', ['record_geo_location.place']],
  ['geoLocations/geoLocation/geoLocationPoint/pointLongitude', ['record_geo_location.point_longitude']],
  ['geoLocations/geoLocation/geoLocationPoint/pointLatitude', ['record_geo_location.point_latitude']],
  ['geoLocations/geoLocation/geoLocationBox/westBoundLongitude', ['record_geo_location.box_west']],
  ['geoLocations/geoLocation/geoLocationBox/eastBoundLongitude', ['record_geo_location.box_east']],
  ['geoLocations/geoLocation/geoLocationBox/southBoundLatitude', ['record_geo_location.box_south']],
  ['geoLocations/geoLocation/geoLocationBox/northBoundLatitude', ['record_geo_location.box_north']],
  [
    'geoLocations/geoLocation/geoLocationPolygon',
    ['record_geo_location.polygons'],
    'JSON: points (polygonPoint) and inPolygonPoint, with their longitudes and latitudes',
  ],
  ['fundingReferences/fundingReference/funderName', ['record_funding.funder_name']],
  [
    'fundingReferences/fundingReference/funderIdentifier',
    ['record_funding.funder_identifier', 'record_funding.funder_ror', 'record_funding.funder_doi'],
    'as written; bare ROR id; Crossref Funder ID',
  ],
  ['fundingReferences/fundingReference/funderIdentifier@funderIdentifierType', ['record_funding.funder_identifier_type']],
  ['fundingReferences/fundingReference/funderIdentifier@schemeURI', ['record_funding.scheme_uri']],
  ['fundingReferences/fundingReference/awardNumber', ['record_funding.award_number']],
  ['fundingReferences/fundingReference/awardNumber@awardURI', ['record_funding.award_uri']],
  ['fundingReferences/fundingReference/awardTitle', ['record_funding.award_title']],
  ['relatedItems/relatedItem', ['record_related_item.related_item'], 'JSON, with everything inside it: nothing joins on its inside'],
  ['oai_datacite/schemaVersion', ['record.schema_version'], 'of the wrapper'],
  ['oai_datacite/datacentreSymbol', ['record.datacentre_symbol'], 'of the wrapper'],
  ['resource@xmlns', ['record.kernel'], 'the kernel is read out of the namespace, else out of xsi:schemaLocation'],
  ['header/identifier', ['record.oai_identifier', 'record.recid'], 'of OAI-PMH'],
  ['header/datestamp', ['record.datestamp', 'record.datestamp_text'], 'of OAI-PMH; as time, as sent'],
  ['header/setSpec', ['record_set.set_spec', 'record_community.community'], 'of OAI-PMH; sets user-… are communities'],
  ['header@status', ['record.deleted'], 'of OAI-PMH'],
];

/** Elements and attributes without a column, and the reasons. */
export const withoutColumn: readonly (readonly [path: string, reason: string])[] = [
  ['descriptions/description/br', 'a line break: it becomes one in the text'],
  ['oai_datacite/isReferenceQuality', 'a constant of legacy Zenodo; it says nothing about the record'],
  ['resource@xsi:schemaLocation', 'only if the namespace does not name the kernel; the place of a schema is no metadata'],
  ['resource@lastMetadataUpdate', 'kernel 2: when the XML was written; the datestamp says when the record changed'],
  ['resource@metadataVersionNumber', 'kernel 2: a count of the XML file, not of the thing described'],
];
