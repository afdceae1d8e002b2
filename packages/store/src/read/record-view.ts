import { type RawBuilder, sql } from 'kysely';
import { indexColumns, type IndexRecord, type IndexRow, toIndexRecord } from '../write/index-record.ts';
import { fetchedColumn, type FetchedJson, type FetchedRecord, toFetched } from './record-files.ts';
import { sourceName, uniqueName } from '../database/unique-name.ts';

/** A key of a record. DOIs are lower case and without resolver, as they are stored. */
export type RecordKey =
  /** Limited to the source of that name, or to sources whose base URL has that host (lower case, without `www.` and port). */
  | { readonly recid: number; readonly source?: string; readonly host?: string }
  | { readonly doi: string }
  | { readonly conceptDoi: string }
  | { readonly oaiIdentifier: string; readonly source?: string };

/** A record as it is stored, its columns for lookups included: those of a tombstone outlive its metadata. */
export interface StoredRecordView extends IndexRecord {
  readonly recid: number | null;
  readonly doi: string | null;
  readonly conceptDoi: string | null;
  /** The name that identifies this record uniquely; see `uniqueName`. */
  readonly uniqueName: string;
  /** Name of its source. */
  readonly sourceName: string;
  /** As sent. */
  readonly datestampText: string;
  /** Files and statistics; null if they were never requested. */
  readonly fetched: FetchedRecord | null;
}

/** The columns of a StoredRecordView, out of `public.record r`. */
export const viewColumns: RawBuilder<unknown> = sql`${indexColumns}, r.recid, r.doi, r.concept_doi, r.datestamp_text,
  ${uniqueName} as unique_name, ${sourceName} as source_name, ${fetchedColumn} as fetched`;

export interface ViewRow extends IndexRow {
  readonly recid: number | null;
  readonly doi: string | null;
  readonly concept_doi: string | null;
  readonly datestamp_text: string;
  readonly unique_name: string;
  readonly source_name: string;
  readonly fetched: FetchedJson | null;
}

export function toView(row: ViewRow): StoredRecordView {
  return {
    ...toIndexRecord(row),
    recid: row.recid,
    doi: row.doi,
    conceptDoi: row.concept_doi,
    uniqueName: row.unique_name,
    sourceName: row.source_name,
    datestampText: row.datestamp_text,
    fetched: row.fetched && toFetched(row.fetched),
  };
}
