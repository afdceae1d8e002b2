import type { Generated } from 'kysely';
import type { ListColumns, MetadataRow } from './metadata-columns.ts';
import type { StoredMetadata } from './metadata-json.ts';

/** Table `record`. The COMMENT of each column in the database describes it. */
export interface RecordTable extends MetadataRow, RecordFactColumns {
  id: Generated<number>;
  source_id: number;
  oai_identifier: string;
  datestamp: Date | null;
  datestamp_text: string;
  deleted: boolean;
  recid: number | null;
  metadata: StoredMetadata | null;
  metadata_hash: Buffer;
  issues_hash: Buffer | null;
  element_hash: Buffer | null;
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

type KeyOf<T extends ListTable> = T extends 'record_affiliation' | 'record_name_identifier' ? PersonListKey : ListKey;

export type ListTable = keyof ListColumns;

/** The tables with one row for each element of a list, keyed by record and position. */
export type ListTables = { [T in ListTable]: KeyOf<T> & ListColumns[T] };

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
  record_reference: ListTables['record_reference'] & { identifier?: string | null; scheme?: string | null };
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
