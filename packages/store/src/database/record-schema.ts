import type { MappingIssue, RecordMetadata, RelatedItem, Rights } from '@thresher/datacite';
import type { Generated } from 'kysely';
import type { StoredMetadata } from './metadata-json.ts';

/** Table `record`. What each column means is said by its COMMENT in the database. */
export interface RecordTable extends RecordFactColumns {
  id: Generated<number>;
  source_id: number;
  oai_identifier: string;
  datestamp: Date | null;
  datestamp_text: string;
  deleted: boolean;
  doi: string | null;
  concept_doi: string | null;
  recid: number | null;
  identifier: string | null;
  identifier_type: string | null;
  title: string | null;
  publisher: string | null;
  publisher_identifier: string | null;
  publisher_identifier_scheme: string | null;
  publisher_scheme_uri: string | null;
  publisher_lang: string | null;
  publication_year: number | null;
  publication_date: string | null;
  publication_date_end: string | null;
  publication_date_text: string | null;
  resource_type: string | null;
  resource_subtype: string | null;
  resource_type_general: string | null;
  resource_type_text: string | null;
  language: string | null;
  language_iso639_1: string | null;
  language_text: string | null;
  version: string | null;
  access_right: RecordMetadata['accessRight'];
  description: string | null;
  metadata_format: string | null;
  kernel: string | null;
  schema_version: string | null;
  datacentre_symbol: string | null;
  metadata: StoredMetadata | null;
  metadata_hash: Buffer;
  issues_hash: Buffer | null;
  wire_hash: Buffer | null;
  page_id: number;
  sets_page_id: number | null;
  deletion_reason: string | null;
  is_latest_version: Generated<boolean>;
  latest_version_changed_at: Date | null;
  revision: Generated<number>;
  first_seen_at: Generated<Date>;
  changed_at: Generated<Date>;
}

/** The columns of `record` that only the JSON of a record fills. */
export interface RecordFactColumns {
  facts_at: Generated<Date | null>;
  facts_hash: Generated<Buffer | null>;
  description_html: Generated<string | null>;
  created_at: Generated<Date | null>;
  version_index: Generated<number | null>;
  swhid: Generated<string | null>;
  embargo_until: Generated<string | null>;
  access_status: Generated<string | null>;
  journal_title: Generated<string | null>;
  journal_volume: Generated<string | null>;
  journal_issue: Generated<string | null>;
  journal_pages: Generated<string | null>;
  journal_issn: Generated<string | null>;
  imprint_title: Generated<string | null>;
  imprint_isbn: Generated<string | null>;
  imprint_pages: Generated<string | null>;
  imprint_place: Generated<string | null>;
  imprint_edition: Generated<string | null>;
  thesis_university: Generated<string | null>;
  meeting_title: Generated<string | null>;
}

/** Table `record_history`. */
export interface RecordHistoryTable {
  record_id: number;
  revision: number;
  datestamp: Date | null;
  datestamp_text: string;
  deleted: boolean;
  set_specs: string[];
  metadata: StoredMetadata | null;
  description: string | null;
  metadata_hash: Buffer;
  page_id: number;
  changed_paths: string[];
  changed_at: Date;
  replaced_at: Generated<Date>;
  replaced_by_page_id: number;
}

interface ListKey {
  record_id: number;
  position: number;
}

interface PersonListKey extends ListKey {
  role: 'creator' | 'contributor';
  person_position: number;
}

interface PersonColumns extends ListKey {
  name: string;
  name_type: string | null;
  given_name: string | null;
  family_name: string | null;
  lang: string | null;
  orcid: string | null;
}

/** The tables with one row for each element of a list, keyed by record and position. */
export interface ListTables {
  record_title: ListKey & { title: string; title_type: string | null; lang: string | null };
  record_creator: PersonColumns;
  record_contributor: PersonColumns & { contributor_type: string | null };
  record_affiliation: PersonListKey & {
    name: string | null;
    affiliation_identifier: string | null;
    affiliation_identifier_scheme: string | null;
    scheme_uri: string | null;
    ror: string | null;
  };
  record_name_identifier: PersonListKey & {
    name_identifier: string;
    name_identifier_scheme: string | null;
    scheme_uri: string | null;
    scheme: string | null;
    value: string | null;
  };
  record_subject: ListKey & {
    subject: string;
    subject_scheme: string | null;
    scheme_uri: string | null;
    value_uri: string | null;
    classification_code: string | null;
    lang: string | null;
  };
  record_description: ListKey & {
    description: string;
    markup: string | null;
    description_type: string | null;
    lang: string | null;
  };
  record_date: ListKey & {
    date_text: string;
    date_start: string | null;
    date_end: string | null;
    date_type: string | null;
    date_information: string | null;
  };
  record_rights: ListKey & {
    kind: Rights['kind'];
    spdx: string | null;
    rights: string | null;
    rights_uri: string | null;
    rights_identifier: string | null;
    rights_identifier_scheme: string | null;
    scheme_uri: string | null;
    lang: string | null;
  };
  record_related_identifier: ListKey & {
    related_identifier: string;
    related_identifier_type: string | null;
    relation_type: string | null;
    resource_type_general: string | null;
    related_metadata_scheme: string | null;
    scheme_uri: string | null;
    scheme_type: string | null;
    relation_type_information: string | null;
    doi: string | null;
  };
  record_alternate_identifier: ListKey & { alternate_identifier: string; alternate_identifier_type: string | null };
  record_funding: ListKey & {
    funder_name: string | null;
    funder_identifier: string | null;
    funder_identifier_type: string | null;
    scheme_uri: string | null;
    award_number: string | null;
    award_uri: string | null;
    award_title: string | null;
    funder_ror: string | null;
    funder_doi: string | null;
  };
  record_geo_location: ListKey & {
    place: string | null;
    point_longitude: number | null;
    point_latitude: number | null;
    box_west: number | null;
    box_east: number | null;
    box_south: number | null;
    box_north: number | null;
    polygons: RecordMetadata['geoLocations'][number]['polygons'] | null;
  };
  record_community: ListKey & { community: string };
  record_set: ListKey & { set_spec: string };
  record_size: ListKey & { size: string };
  record_format: ListKey & { format: string };
  record_reference: ListKey & { reference: string; identifier?: string | null; scheme?: string | null };
  record_related_item: ListKey & { related_item: RelatedItem };
  record_dublin_core: ListKey & { element: string; value: string; lang: string | null };
  record_issue: ListKey & {
    code: string;
    path: string;
    value: string | null;
    severity: MappingIssue['severity'];
  };
}

export type ListTable = keyof ListTables;

type Counts =
  | 'views'
  | 'unique_views'
  | 'downloads'
  | 'unique_downloads'
  | 'volume'
  | 'version_views'
  | 'version_unique_views'
  | 'version_downloads'
  | 'version_unique_downloads'
  | 'version_volume';

/** Table `record_stats`. */
export interface RecordStatsTable extends Record<Counts, number | null> {
  record_id: number;
  status: number;
  file_count: number | null;
  total_size: number | null;
  fetched_at: Date;
  changed_at: Date;
  revision: Generated<number>;
}

/** Table `record_file`. */
export interface RecordFileTable {
  record_id: number;
  position: number;
  key: string;
  file_id: string | null;
  size: number | null;
  checksum: string | null;
  url: string | null;
  mimetype: Generated<string | null>;
  file_type: Generated<string | null>;
}

/** The tables of schema `public`. */
export interface RecordDatabase extends ListTables {
  record: RecordTable;
  record_history: RecordHistoryTable;
  record_stats: RecordStatsTable;
  record_file: RecordFileTable;
  record_language: { record_id: number; position: number; language: string };
  record_custom_field: {
    record_id: number;
    field: string;
    position: number;
    value: string | null;
    json: unknown;
    in_list: Generated<boolean | null>;
  };
  record_award: RecordAwardTable;
  record_creator_role: { record_id: number; position: number; name: string; role: string };
  community: CommunityTable;
}

/** Table `record_award`. */
export interface RecordAwardTable {
  record_id: number;
  position: number;
  funder_id: string | null;
  funder_name: string | null;
  award_id: string | null;
  award_number: string | null;
  title: string | null;
  title_language: string | null;
  acronym: string | null;
  program: string | null;
  url: string | null;
  doi: string | null;
}

/** Table `community`. */
export interface CommunityTable {
  source_id: number;
  slug: string;
  uuid: string | null;
  title: string | null;
  type: string | null;
  website: string | null;
  organizations: string[];
  description: Generated<string | null>;
  curation_policy: Generated<string | null>;
  page: Generated<string | null>;
  funding: Generated<unknown>;
  seen_at: Date;
}
