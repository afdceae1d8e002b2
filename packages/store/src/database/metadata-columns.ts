import type { Affiliation, MappingIssue, NameIdentifier, RecordMetadata } from '@thresher/datacite';

/**
 * Where each property of a record's metadata is stored. Everything that needs the list of properties is made from this one: the types of
 * the tables (`record-schema.ts`), the rows (`record-lists.ts`, `record-columns.ts`), the JSON of `record.metadata` (`metadata-json.ts`),
 * the columns of exports and the table in docs/sql.md. Migrations are written by hand, and a test compares them with it.
 *
 * A text is the name of a text column. Null is a text inside a JSON column. `rows` is a list with its own table, a shape in brackets is a
 * list inside a JSON column, and any other object is an object whose properties are columns of the same row.
 */
const title = { title: 'title', titleType: 'title_type', lang: 'lang' } as const;

const nameIdentifier = {
  nameIdentifier: 'name_identifier',
  nameIdentifierScheme: 'name_identifier_scheme',
  schemeUri: 'scheme_uri',
  scheme: 'scheme',
  value: 'value',
} as const;

const affiliation = {
  name: 'name',
  affiliationIdentifier: 'affiliation_identifier',
  affiliationIdentifierScheme: 'affiliation_identifier_scheme',
  schemeUri: 'scheme_uri',
  ror: 'ror',
} as const;

const person = {
  name: 'name',
  nameType: 'name_type',
  givenName: 'given_name',
  familyName: 'family_name',
  lang: 'lang',
  orcid: 'orcid',
  nameIdentifiers: rows('record_name_identifier', nameIdentifier),
  affiliations: rows('record_affiliation', affiliation),
} as const;

const contributor = { ...person, contributorType: 'contributor_type' } as const;

const pointInJson = { longitude: degrees(null), latitude: degrees(null) } as const;

export const metadataColumns = {
  format: 'metadata_format',
  kernel: 'kernel',
  schemaVersion: 'schema_version',
  datacentreSymbol: 'datacentre_symbol',
  identifier: 'identifier',
  identifierType: 'identifier_type',
  doi: 'doi',
  conceptDoi: 'concept_doi',
  title: 'title',
  titles: rows('record_title', title),
  creators: rows('record_creator', person),
  contributors: rows('record_contributor', contributor),
  publisher: {
    name: 'publisher',
    publisherIdentifier: 'publisher_identifier',
    publisherIdentifierScheme: 'publisher_identifier_scheme',
    schemeUri: 'publisher_scheme_uri',
    lang: 'publisher_lang',
  },
  publicationYear: { column: 'publication_year', type: 'integer' },
  publicationDate: { text: 'publication_date_text', start: day('publication_date'), end: day('publication_date_end') },
  resourceType: { general: 'resource_type_general', text: 'resource_type_text', type: 'resource_type', subtype: 'resource_subtype' },
  subjects: rows('record_subject', {
    subject: 'subject',
    subjectScheme: 'subject_scheme',
    schemeUri: 'scheme_uri',
    valueUri: 'value_uri',
    classificationCode: 'classification_code',
    lang: 'lang',
  }),
  dates: rows('record_date', {
    text: 'date_text',
    start: day('date_start'),
    end: day('date_end'),
    dateType: 'date_type',
    dateInformation: 'date_information',
  }),
  language: { text: 'language_text', iso639_3: 'language', iso639_1: 'language_iso639_1' },
  alternateIdentifiers: rows('record_alternate_identifier', {
    alternateIdentifier: 'alternate_identifier',
    alternateIdentifierType: 'alternate_identifier_type',
  }),
  relatedIdentifiers: rows('record_related_identifier', {
    relatedIdentifier: 'related_identifier',
    relatedIdentifierType: 'related_identifier_type',
    relationType: 'relation_type',
    resourceTypeGeneral: 'resource_type_general',
    relatedMetadataScheme: 'related_metadata_scheme',
    schemeUri: 'scheme_uri',
    schemeType: 'scheme_type',
    relationTypeInformation: 'relation_type_information',
    doi: 'doi',
  }),
  relatedItems: rows(
    'record_related_item',
    json('related_item', {
      relatedItemType: null,
      relationType: null,
      relationTypeInformation: null,
      relatedItemIdentifier: null,
      relatedItemIdentifierType: null,
      relatedMetadataScheme: null,
      schemeUri: null,
      schemeType: null,
      titles: [title],
      creators: [person],
      contributors: [contributor],
      publicationYear: null,
      volume: null,
      issue: null,
      number: null,
      numberType: null,
      firstPage: null,
      lastPage: null,
      publisher: null,
      edition: null,
    }),
  ),
  sizes: rows('record_size', 'size'),
  formats: rows('record_format', 'format'),
  version: 'version',
  rights: rows('record_rights', {
    rights: 'rights',
    rightsUri: 'rights_uri',
    rightsIdentifier: 'rights_identifier',
    rightsIdentifierScheme: 'rights_identifier_scheme',
    schemeUri: 'scheme_uri',
    lang: 'lang',
    kind: 'kind',
    spdx: 'spdx',
  }),
  accessRight: 'access_right',
  // Descriptions are most of a record's bytes, and nearly all are plain text: `markup` is null if it equals the text, and the
  // stored text is null if it equals the description of the record. The view that is read has it.
  descriptions: rows(
    'record_description',
    {
      description: { column: 'markup', type: 'text', isDescribed: true, nullIfEqual: 'text' },
      text: { column: 'description', type: 'text', isDescribed: true },
      descriptionType: 'description_type',
      lang: 'lang',
    },
    'harvest.record_description',
  ),
  description: 'description',
  fundingReferences: rows('record_funding', {
    funderName: 'funder_name',
    funderIdentifier: 'funder_identifier',
    funderIdentifierType: 'funder_identifier_type',
    schemeUri: 'scheme_uri',
    awardNumber: 'award_number',
    awardUri: 'award_uri',
    awardTitle: 'award_title',
    funderRor: 'funder_ror',
    funderDoi: 'funder_doi',
  }),
  geoLocations: rows('record_geo_location', {
    place: 'place',
    point: { longitude: degrees('point_longitude'), latitude: degrees('point_latitude') },
    box: { west: degrees('box_west'), east: degrees('box_east'), south: degrees('box_south'), north: degrees('box_north') },
    polygons: json('polygons', [{ points: [pointInJson], inPolygonPoint: pointInJson }]),
  }),
  communities: rows('record_community', 'community'),
  references: rows('record_reference', 'reference'),
  dublinCore: rows('record_dublin_core', { element: 'element', value: 'value', lang: 'lang' }),
} as const satisfies Shape<RecordMetadata>;

/** The lists of a record that are no part of its metadata. */
export const headerColumns = {
  setSpecs: rows('record_set', 'set_spec'),
  issues: rows('record_issue', { code: 'code', path: 'path', value: 'value', severity: 'severity' }),
} as const satisfies Shape<{ setSpecs: readonly string[]; issues: readonly MappingIssue[] }>;

/** A property whose column has more than a name. `column` is null inside a JSON column. */
export interface Leaf<Column extends string | null = string | null> {
  readonly column: Column;
  readonly type: 'text' | 'integer' | 'double' | 'day';
  /** A text that is never null, so null in the JSON can mean that it equals the description of the record. */
  readonly isDescribed?: true;
  /** The column is null if this property of the same object has the same value. */
  readonly nullIfEqual?: string;
}

/** An object or list in a column of type `jsonb`. An empty list is null. */
export interface JsonColumn<Column extends string = string, Inner = unknown> {
  readonly column: Column;
  readonly json: Inner;
}

/** A list with one row for each element. */
export interface Rows<Table extends string = string, Element = unknown> {
  /** The table, or the view of it that is read. */
  readonly table: Table;
  /** The table that is written, with its schema. */
  readonly storedIn: string;
  readonly of: Element;
}

type Shape<T> = { readonly [K in keyof T]-?: ShapeOf<Exclude<T[K], null>> };
type ShapeOf<V> = V extends readonly (infer E)[]
  ? Rows<string, ShapeOf<E>> | JsonColumn<string, readonly [ShapeOf<E>]> | readonly [ShapeOf<E>]
  : V extends object
    ? Shape<V> | JsonColumn<string, Shape<V>>
    : string | null | Leaf;

function rows<const Table extends string, const Element>(table: Table, of: Element, storedIn = `public.${table}`): Rows<Table, Element> {
  return { table, storedIn, of };
}

function json<const Column extends string, const Inner>(column: Column, inner: Inner): JsonColumn<Column, Inner> {
  return { column, json: inner };
}

/** Longitude or latitude. */
function degrees<const Column extends string | null>(column: Column): Leaf<Column> {
  return { column, type: 'double' };
}

/** A day of EDTF; null in SQL if PostgreSQL cannot hold it. */
function day<const Column extends string>(column: Column): Leaf<Column> {
  return { column, type: 'day' };
}

/** Pairs of the name of a column and the type of its values, for an object `E` stored in the columns of shape `S`. */
type Columns<E, S> = {
  [P in keyof S & keyof E]: S[P] extends string
    ? [S[P], E[P]]
    : S[P] extends JsonColumn<infer C>
      ? [C, E[P] | null]
      : S[P] extends { readonly column: infer C extends string; readonly nullIfEqual: string }
        ? [C, E[P] | null]
        : S[P] extends Leaf<infer C extends string>
          ? [C, E[P]]
          : S[P] extends Rows | readonly unknown[] | null
            ? never
            : OrNull<Columns<NonNullable<E[P]>, S[P]>>;
}[keyof S & keyof E];
/** An object may be missing, and its columns are null then. */
type OrNull<Pair> = Pair extends [infer C, infer V] ? [C, V | null] : never;
type Row<Pair extends [string, unknown]> = { [P in Pair as P[0]]: P[1] };
type ElementRow<E, S> = S extends string ? Record<S, E> : S extends JsonColumn<infer C> ? Record<C, E> : Row<Columns<E, S>>;

/** The columns of `record` that are a function of the metadata. All are null for a tombstone. */
export type MetadataRow = Row<OrNull<Columns<RecordMetadata, typeof metadataColumns>>>;

/** Triples of a table, its elements and their shape. */
type Lists<T, S> = { [P in keyof S & keyof T]: S[P] extends Rows<infer N, infer E> ? [N, T[P], E] : never }[keyof S & keyof T];
type RecordLists =
  | Lists<RecordMetadata, typeof metadataColumns>
  | Lists<{ setSpecs: string[]; issues: MappingIssue[] }, typeof headerColumns>;
type ElementOf<T> = T extends readonly (infer E)[] ? E : never;

/** The rows of the list tables, without their keys. */
export type ListColumns = { [L in RecordLists as L[0]]: ElementRow<ElementOf<L[1]>, L[2]> } & {
  record_name_identifier: ElementRow<NameIdentifier, typeof nameIdentifier>;
  record_affiliation: ElementRow<Affiliation, typeof affiliation>;
};
