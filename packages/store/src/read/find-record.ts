import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/db.ts';
import { indexColumns, type IndexRecord, type IndexRow, toIndexRecord } from '../write/index-record.ts';
import { prepared } from '../database/prepared.ts';
import { fetchedColumn, type FetchedJson, type FetchedRecord, toFetched } from './record-files.ts';

/** What a record can be looked up by. DOIs lower case and without resolver, as they are stored. */
export type RecordKey =
  | { readonly recid: number }
  | { readonly doi: string }
  | { readonly conceptDoi: string }
  | { readonly oaiIdentifier: string };

/** A record as it is stored, its columns for lookups included: those of a tombstone outlive its metadata. */
export interface StoredRecordView extends IndexRecord {
  readonly recid: number | null;
  readonly doi: string | null;
  readonly conceptDoi: string | null;
  /** As sent. */
  readonly datestampText: string;
  /** Files and statistics; null where they were never asked for. */
  readonly fetched: FetchedRecord | null;
}

/** The columns of a StoredRecordView, out of `public.record r`. */
export const viewColumns: RawBuilder<unknown> = sql`${indexColumns}, r.recid, r.doi, r.concept_doi, r.datestamp_text, ${fetchedColumn} as fetched`;

export interface ViewRow extends IndexRow {
  readonly recid: number | null;
  readonly doi: string | null;
  readonly concept_doi: string | null;
  readonly datestamp_text: string;
  readonly fetched: FetchedJson | null;
}

export function toView(row: ViewRow): StoredRecordView {
  return {
    ...toIndexRecord(row),
    recid: row.recid,
    doi: row.doi,
    conceptDoi: row.concept_doi,
    datestampText: row.datestamp_text,
    fetched: row.fetched && toFetched(row.fetched),
  };
}

/**
 * The record under a key, from whatever source; null when there is none. Of several a live one goes before a tombstone,
 * then the latest version (publication date, record number), which is what a concept DOI stands for.
 */
export async function findRecord(db: Db, key: RecordKey): Promise<StoredRecordView | null> {
  const statement = sql<ViewRow>`
    select ${viewColumns} from public.record r where ${condition(key)}
    order by r.deleted, r.publication_date desc nulls last, r.recid desc nulls last, r.id limit 1`;
  const [row] = await prepared(db, statement);
  return row ? toView(row) : null;
}

function condition(key: RecordKey): RawBuilder<unknown> {
  if ('recid' in key) return sql`r.recid = ${key.recid}`;
  if ('doi' in key) return sql`r.doi = ${key.doi}`;
  if ('conceptDoi' in key) return sql`r.concept_doi = ${key.conceptDoi}`;
  return sql`r.oai_identifier = ${key.oaiIdentifier}`;
}
