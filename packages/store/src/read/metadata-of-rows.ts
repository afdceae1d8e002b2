import type { Contributor, EdtfDate, Person, RecordMetadata } from '@thresher/datacite';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../database/db.ts';
import { listTables } from '../write/list-rows.ts';
import type { ListTable, ListTables, RecordTable } from '../database/record-schema.ts';
import { fromSqlDate } from '../database/sql-values.ts';

/** The rows of one record in all list tables, in their order. */
export type RecordLists = { readonly [T in ListTable]: readonly ListTables[T][] };

type RecordRow = Omit<Selectable<RecordTable>, 'metadata'>;

/**
 * The normalised record made of nothing but the columns of `record` and the rows of its lists: what `record.metadata`
 * holds, which therefore is there for speed only. Null for a tombstone. Days that PostgreSQL cannot hold are missing.
 */
export function metadataOfRows(row: RecordRow, lists: RecordLists): RecordMetadata | null {
  if (row.metadata_format === null) return null;
  return {
    format: row.metadata_format as RecordMetadata['format'],
    kernel: row.kernel,
    schemaVersion: row.schema_version,
    datacentreSymbol: row.datacentre_symbol,
    identifier: row.identifier,
    identifierType: row.identifier_type,
    doi: row.doi,
    conceptDoi: row.concept_doi,
    title: row.title,
    version: row.version,
    publicationYear: row.publication_year,
    accessRight: row.access_right,
    description: row.description,
    ...objectsOf(row),
    ...peopleOf(lists),
    ...textsOf(lists),
    ...linksOf(lists),
    ...valuesOf(lists, row.facts_at !== null),
  };
}

function objectsOf(row: RecordRow): Pick<RecordMetadata, 'publisher' | 'publicationDate' | 'resourceType' | 'language'> {
  const { resource_type_general: general, resource_type_text: text, resource_type: type, resource_subtype: subtype } = row;
  return {
    publisher:
      row.publisher === null
        ? null
        : {
            name: row.publisher,
            publisherIdentifier: row.publisher_identifier,
            publisherIdentifierScheme: row.publisher_identifier_scheme,
            schemeUri: row.publisher_scheme_uri,
            lang: row.publisher_lang,
          },
    publicationDate:
      row.publication_date_text === null ? null : edtf(row.publication_date_text, row.publication_date, row.publication_date_end),
    resourceType: general === null && text === null && type === null ? null : { general, text, type, subtype },
    language: row.language_text === null ? null : { text: row.language_text, iso639_3: row.language, iso639_1: row.language_iso639_1 },
  };
}

const edtf = (text: string, start: string | null, end: string | null): EdtfDate => ({
  text,
  start: fromSqlDate(start),
  end: fromSqlDate(end),
});

function peopleOf(lists: RecordLists): Pick<RecordMetadata, 'creators' | 'contributors'> {
  return {
    creators: lists.record_creator.map((it) => personOf(it, 'creator', lists)),
    contributors: lists.record_contributor.map((it): Contributor => ({
      contributorType: it.contributor_type,
      ...personOf(it, 'contributor', lists),
    })),
  };
}

function personOf(row: ListTables['record_creator'], role: 'creator' | 'contributor', lists: RecordLists): Person {
  const own = (it: { role: string; person_position: number }) => it.role === role && it.person_position === row.position;
  return {
    name: row.name,
    nameType: row.name_type,
    givenName: row.given_name,
    familyName: row.family_name,
    lang: row.lang,
    orcid: row.orcid,
    nameIdentifiers: lists.record_name_identifier.filter(own).map((it) => ({
      nameIdentifier: it.name_identifier,
      nameIdentifierScheme: it.name_identifier_scheme,
      schemeUri: it.scheme_uri,
      scheme: it.scheme,
      value: it.value,
    })),
    affiliations: lists.record_affiliation.filter(own).map((it) => ({
      name: it.name,
      affiliationIdentifier: it.affiliation_identifier,
      affiliationIdentifierScheme: it.affiliation_identifier_scheme,
      schemeUri: it.scheme_uri,
      ror: it.ror,
    })),
  };
}

function textsOf(lists: RecordLists): Pick<RecordMetadata, 'titles' | 'descriptions' | 'subjects' | 'dates' | 'rights'> {
  return {
    titles: lists.record_title.map((it) => ({ title: it.title, titleType: it.title_type, lang: it.lang })),
    descriptions: lists.record_description.map((it) => ({
      description: it.markup ?? it.description,
      text: it.description,
      descriptionType: it.description_type,
      lang: it.lang,
    })),
    subjects: lists.record_subject.map((it) => ({
      subject: it.subject,
      subjectScheme: it.subject_scheme,
      schemeUri: it.scheme_uri,
      valueUri: it.value_uri,
      classificationCode: it.classification_code,
      lang: it.lang,
    })),
    dates: lists.record_date.map((it) => ({
      ...edtf(it.date_text, it.date_start, it.date_end),
      dateType: it.date_type,
      dateInformation: it.date_information,
    })),
    rights: lists.record_rights.map((it) => ({
      rights: it.rights,
      rightsUri: it.rights_uri,
      rightsIdentifier: it.rights_identifier,
      rightsIdentifierScheme: it.rights_identifier_scheme,
      schemeUri: it.scheme_uri,
      lang: it.lang,
      kind: it.kind,
      spdx: it.spdx,
    })),
  };
}

function linksOf(
  lists: RecordLists,
): Pick<RecordMetadata, 'alternateIdentifiers' | 'relatedIdentifiers' | 'relatedItems' | 'fundingReferences' | 'geoLocations'> {
  return {
    alternateIdentifiers: lists.record_alternate_identifier.map((it) => ({
      alternateIdentifier: it.alternate_identifier,
      alternateIdentifierType: it.alternate_identifier_type,
    })),
    relatedIdentifiers: lists.record_related_identifier.map((it) => ({
      relatedIdentifier: it.related_identifier,
      relatedIdentifierType: it.related_identifier_type,
      relationType: it.relation_type,
      resourceTypeGeneral: it.resource_type_general,
      relatedMetadataScheme: it.related_metadata_scheme,
      schemeUri: it.scheme_uri,
      schemeType: it.scheme_type,
      relationTypeInformation: it.relation_type_information,
      doi: it.doi,
    })),
    relatedItems: lists.record_related_item.map((it) => it.related_item),
    fundingReferences: lists.record_funding.map((it) => ({
      funderName: it.funder_name,
      funderIdentifier: it.funder_identifier,
      funderIdentifierType: it.funder_identifier_type,
      schemeUri: it.scheme_uri,
      awardNumber: it.award_number,
      awardUri: it.award_uri,
      awardTitle: it.award_title,
      funderRor: it.funder_ror,
      funderDoi: it.funder_doi,
    })),
    geoLocations: lists.record_geo_location.map((it) => ({
      place: it.place,
      point: it.point_longitude === null ? null : { longitude: it.point_longitude, latitude: it.point_latitude! },
      box: it.box_west === null ? null : { west: it.box_west, east: it.box_east!, south: it.box_south!, north: it.box_north! },
      polygons: it.polygons ?? [],
    })),
  };
}

/** References that came by JSON are facts, and no part of the metadata. */
const valuesOf = (
  lists: RecordLists,
  hasFacts: boolean,
): Pick<RecordMetadata, 'sizes' | 'formats' | 'communities' | 'references' | 'dublinCore'> => ({
  sizes: lists.record_size.map((it) => it.size),
  formats: lists.record_format.map((it) => it.format),
  communities: lists.record_community.map((it) => it.community),
  references: hasFacts ? [] : lists.record_reference.map((it) => it.reference),
  dublinCore: lists.record_dublin_core.map(({ element, value, lang }) => ({ element, value, lang })),
});

/** Records by their numbers, out of all list tables: twenty statements, however many. What is not there is missing. */
export async function readMetadataOfRows(db: Kysely<Database>, recordIds: readonly number[]): Promise<Map<number, RecordMetadata | null>> {
  const ids = [...recordIds];
  const rows = await db.selectFrom('record').selectAll().where('id', 'in', ids).execute();
  const tables = new Map<ListTable, Map<number, { record_id: number }[]>>();
  for (const table of listTables) {
    const found = await db.selectFrom(table).selectAll().where('record_id', 'in', ids).orderBy('position').execute();
    tables.set(
      table,
      Map.groupBy(found, (it) => it.record_id),
    );
  }
  const listsOf = (id: number) =>
    Object.fromEntries(listTables.map((table) => [table, tables.get(table)!.get(id) ?? []])) as unknown as RecordLists;
  return new Map(rows.map((row) => [row.id, metadataOfRows(row, listsOf(row.id))]));
}
