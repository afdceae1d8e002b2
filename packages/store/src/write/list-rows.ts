import type { MappingIssue, Person, RecordMetadata } from '@thresher/datacite';
import type { ListTable, ListTables } from '../database/record-schema.ts';
import { toSqlDate } from '../database/sql-values.ts';

/** The rows of a record in its list tables, without its number. */
export type ListRows = { readonly [T in ListTable]: readonly Omit<ListTables[T], 'record_id'>[] };

type Rows<T extends ListTable> = ListRows[T];

/** Every row that a record has in the list tables. */
export function listRows(metadata: RecordMetadata | null, setSpecs: readonly string[], issues: readonly MappingIssue[]): ListRows {
  return {
    ...(metadata ? metadataRows(metadata) : noMetadataRows),
    record_set: setSpecs.map((set_spec, position) => ({ position, set_spec })),
    record_issue: issues.map(({ code, path, value, severity }, position) => ({ position, code, path, value, severity })),
  };
}

type MetadataRows = Omit<ListRows, 'record_set' | 'record_issue'>;

const noMetadataRows: MetadataRows = {
  record_title: [],
  record_creator: [],
  record_contributor: [],
  record_affiliation: [],
  record_name_identifier: [],
  record_subject: [],
  record_description: [],
  record_date: [],
  record_rights: [],
  record_related_identifier: [],
  record_alternate_identifier: [],
  record_funding: [],
  record_geo_location: [],
  record_community: [],
  record_size: [],
  record_format: [],
  record_reference: [],
  record_related_item: [],
  record_dublin_core: [],
};

/** The list tables in the order in which they are written. */
export const listTables = [...Object.keys(noMetadataRows), 'record_set', 'record_issue'] as ListTable[];

function metadataRows(metadata: RecordMetadata): MetadataRows {
  return {
    record_title: metadata.titles.map((it, position) => ({ position, title: it.title, title_type: it.titleType, lang: it.lang })),
    record_creator: metadata.creators.map(personRow),
    record_contributor: metadata.contributors.map((it, position) => ({
      ...personRow(it, position),
      contributor_type: it.contributorType,
    })),
    record_affiliation: [...affiliationRows('creator', metadata.creators), ...affiliationRows('contributor', metadata.contributors)],
    record_name_identifier: [
      ...nameIdentifierRows('creator', metadata.creators),
      ...nameIdentifierRows('contributor', metadata.contributors),
    ],
    record_subject: subjectRows(metadata),
    record_description: descriptionRows(metadata),
    record_date: dateRows(metadata),
    record_rights: rightsRows(metadata),
    record_related_identifier: relatedIdentifierRows(metadata),
    record_alternate_identifier: metadata.alternateIdentifiers.map((it, position) => ({
      position,
      alternate_identifier: it.alternateIdentifier,
      alternate_identifier_type: it.alternateIdentifierType,
    })),
    record_funding: fundingRows(metadata),
    record_geo_location: geoLocationRows(metadata),
    record_community: metadata.communities.map((community, position) => ({ position, community })),
    record_size: metadata.sizes.map((size, position) => ({ position, size })),
    record_format: metadata.formats.map((format, position) => ({ position, format })),
    record_reference: metadata.references.map((reference, position) => ({ position, reference })),
    record_related_item: metadata.relatedItems.map((related_item, position) => ({ position, related_item })),
    record_dublin_core: metadata.dublinCore.map(({ element, value, lang }, position) => ({ position, element, value, lang })),
  };
}

function personRow(person: Person, position: number): Rows<'record_creator'>[number] {
  return {
    position,
    name: person.name,
    name_type: person.nameType,
    given_name: person.givenName,
    family_name: person.familyName,
    lang: person.lang,
    orcid: person.orcid,
  };
}

function affiliationRows(role: 'creator' | 'contributor', people: readonly Person[]): Rows<'record_affiliation'> {
  return people.flatMap((person, person_position) =>
    person.affiliations.map((it, position) => ({
      role,
      person_position,
      position,
      name: it.name,
      affiliation_identifier: it.affiliationIdentifier,
      affiliation_identifier_scheme: it.affiliationIdentifierScheme,
      scheme_uri: it.schemeUri,
      ror: it.ror,
    })),
  );
}

function nameIdentifierRows(role: 'creator' | 'contributor', people: readonly Person[]): Rows<'record_name_identifier'> {
  return people.flatMap((person, person_position) =>
    person.nameIdentifiers.map((it, position) => ({
      role,
      person_position,
      position,
      name_identifier: it.nameIdentifier,
      name_identifier_scheme: it.nameIdentifierScheme,
      scheme_uri: it.schemeUri,
      scheme: it.scheme,
      value: it.value,
    })),
  );
}

function subjectRows(metadata: RecordMetadata): Rows<'record_subject'> {
  return metadata.subjects.map((it, position) => ({
    position,
    subject: it.subject,
    subject_scheme: it.subjectScheme,
    scheme_uri: it.schemeUri,
    value_uri: it.valueUri,
    classification_code: it.classificationCode,
    lang: it.lang,
  }));
}

/** Nearly all are plain text, and they are the bulk of a record: those are not stored twice. */
function descriptionRows(metadata: RecordMetadata): Rows<'record_description'> {
  return metadata.descriptions.map((it, position) => ({
    position,
    description: it.text,
    markup: it.description === it.text ? null : it.description,
    description_type: it.descriptionType,
    lang: it.lang,
  }));
}

function dateRows(metadata: RecordMetadata): Rows<'record_date'> {
  return metadata.dates.map((it, position) => ({
    position,
    date_text: it.text,
    date_start: toSqlDate(it.start),
    date_end: toSqlDate(it.end),
    date_type: it.dateType,
    date_information: it.dateInformation,
  }));
}

function rightsRows(metadata: RecordMetadata): Rows<'record_rights'> {
  return metadata.rights.map((it, position) => ({
    position,
    kind: it.kind,
    spdx: it.spdx,
    rights: it.rights,
    rights_uri: it.rightsUri,
    rights_identifier: it.rightsIdentifier,
    rights_identifier_scheme: it.rightsIdentifierScheme,
    scheme_uri: it.schemeUri,
    lang: it.lang,
  }));
}

function relatedIdentifierRows(metadata: RecordMetadata): Rows<'record_related_identifier'> {
  return metadata.relatedIdentifiers.map((it, position) => ({
    position,
    related_identifier: it.relatedIdentifier,
    related_identifier_type: it.relatedIdentifierType,
    relation_type: it.relationType,
    resource_type_general: it.resourceTypeGeneral,
    related_metadata_scheme: it.relatedMetadataScheme,
    scheme_uri: it.schemeUri,
    scheme_type: it.schemeType,
    relation_type_information: it.relationTypeInformation,
    doi: it.doi,
  }));
}

function fundingRows(metadata: RecordMetadata): Rows<'record_funding'> {
  return metadata.fundingReferences.map((it, position) => ({
    position,
    funder_name: it.funderName,
    funder_identifier: it.funderIdentifier,
    funder_identifier_type: it.funderIdentifierType,
    scheme_uri: it.schemeUri,
    award_number: it.awardNumber,
    award_uri: it.awardUri,
    award_title: it.awardTitle,
    funder_ror: it.funderRor,
    funder_doi: it.funderDoi,
  }));
}

function geoLocationRows(metadata: RecordMetadata): Rows<'record_geo_location'> {
  return metadata.geoLocations.map(({ place, point, box, polygons }, position) => ({
    position,
    place,
    point_longitude: point?.longitude ?? null,
    point_latitude: point?.latitude ?? null,
    box_west: box?.west ?? null,
    box_east: box?.east ?? null,
    box_south: box?.south ?? null,
    box_north: box?.north ?? null,
    polygons: polygons.length > 0 ? polygons : null,
  }));
}
