import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from './db.ts';
import { indexColumns, type IndexRecord, type IndexRow, toIndexRecord } from './index-record.ts';

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
}

/**
 * The record under a key, from whatever source; null when there is none. Of several a live one goes before a tombstone,
 * then the latest version (publication date, record number), which is what a concept DOI stands for.
 */
export async function findRecord(db: Kysely<Database>, key: RecordKey): Promise<StoredRecordView | null> {
  type Row = IndexRow & { recid: number | null; doi: string | null; concept_doi: string | null; datestamp_text: string };
  const { rows } = await sql<Row>`
    select ${indexColumns}, r.recid, r.doi, r.concept_doi, r.datestamp_text
    from public.record r where ${condition(key)}
    order by r.deleted, r.publication_date desc nulls last, r.recid desc nulls last, r.id limit 1
  `.execute(db);
  const row = rows[0];
  if (!row) return null;
  return { ...toIndexRecord(row), recid: row.recid, doi: row.doi, conceptDoi: row.concept_doi, datestampText: row.datestamp_text };
}

function condition(key: RecordKey): RawBuilder<unknown> {
  if ('recid' in key) return sql`r.recid = ${key.recid}`;
  if ('doi' in key) return sql`r.doi = ${key.doi}`;
  if ('conceptDoi' in key) return sql`r.concept_doi = ${key.conceptDoi}`;
  return sql`r.oai_identifier = ${key.oaiIdentifier}`;
}
