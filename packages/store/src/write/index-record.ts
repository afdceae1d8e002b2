import type { RecordMetadata } from '@thresher/datacite';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { readMetadata, type StoredMetadata } from '../database/metadata-json.ts';

/** A stored record as the index needs it. Instants are ISO 8601 in UTC with milliseconds. */
export interface IndexRecord {
  readonly recordId: number;
  readonly sourceId: number;
  readonly oaiIdentifier: string;
  /** From 1, one more on every change: the external version of the document. */
  readonly revision: number;
  readonly deleted: boolean;
  /** No other version of its concept is newer. */
  readonly isLatestVersion: boolean;
  /** Null for a tombstone and where nothing could be mapped. */
  readonly metadata: RecordMetadata | null;
  readonly setSpecs: readonly string[];
  /** Null where the header's datestamp is not a date. */
  readonly datestamp: string | null;
  readonly firstSeenAt: string;
  readonly changedAt: string;
}

/** The columns of an IndexRecord, out of `public.record r`. */
export interface IndexRow {
  readonly id: number;
  readonly source_id: number;
  readonly oai_identifier: string;
  readonly revision: number;
  readonly deleted: boolean;
  readonly is_latest_version: boolean;
  readonly metadata: StoredMetadata | null;
  readonly description: string | null;
  readonly set_specs: readonly string[];
  readonly datestamp: Date | null;
  readonly first_seen_at: Date;
  readonly changed_at: Date;
}

export const indexColumns: RawBuilder<unknown> = sql`
  r.id, r.source_id, r.oai_identifier, r.revision, r.deleted, r.is_latest_version, r.metadata, r.description, r.datestamp, r.first_seen_at, r.changed_at,
  array(select s.set_spec from public.record_set s where s.record_id = r.id order by s.position) as set_specs`;

export function toIndexRecord(row: IndexRow): IndexRecord {
  return {
    recordId: row.id,
    sourceId: row.source_id,
    oaiIdentifier: row.oai_identifier,
    revision: row.revision,
    deleted: row.deleted,
    isLatestVersion: row.is_latest_version,
    metadata: readMetadata(row.metadata, row.description),
    setSpecs: row.set_specs,
    datestamp: row.datestamp?.toISOString() ?? null,
    firstSeenAt: row.first_seen_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  };
}

/** The records of these numbers as they are now, by ascending recordId. */
export async function readIndexRecords(db: Kysely<Database>, ids: readonly number[]): Promise<IndexRecord[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<IndexRow>`select ${indexColumns} from public.record r where r.id = any(${ids}) order by r.id`.execute(db);
  return rows.map(toIndexRecord);
}

/** Those of the records that the page named with each was the last to change. */
export async function readPageRecords(
  db: Kysely<Database>,
  wanted: readonly { readonly id: number; readonly pageId: number }[],
): Promise<IndexRecord[]> {
  if (wanted.length === 0) return [];
  const { rows } = await sql<IndexRow>`
    select ${indexColumns}
    from unnest(${wanted.map((it) => it.id)}::bigint[], ${wanted.map((it) => it.pageId)}::bigint[]) as w (id, page_id)
    join public.record r on r.id = w.id and r.page_id = w.page_id
  `.execute(db);
  return rows.map(toIndexRecord);
}

/** Those of the records whose page, the last to change each, is not done: their documents may not have reached the index. */
export async function readUnsentRecords(db: Kysely<Database>, ids: readonly number[]): Promise<IndexRecord[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<IndexRow>`
    select ${indexColumns} from public.record r join harvest.page p on p.id = r.page_id and p.state <> 'done'
    where r.id = any(${ids})`.execute(db);
  return rows.map(toIndexRecord);
}

/**
 * The next records after one, by ascending recordId, tombstones included: call it with the last recordId of the answer
 * until that is empty, and the whole store has gone by once. Start with 0.
 */
export async function readRecordsForIndex(
  db: Kysely<Database>,
  {
    afterId,
    limit,
    sourceId,
    changedSince,
  }: { readonly afterId: number; readonly limit: number; readonly sourceId?: number; readonly changedSince?: Date },
): Promise<IndexRecord[]> {
  const ofSource = sourceId === undefined ? sql`` : sql`and r.source_id = ${sourceId}`;
  const changed =
    changedSince === undefined
      ? sql``
      : sql`and (greatest(r.changed_at, r.latest_version_changed_at) >= ${changedSince}
          or exists (select from public.record_stats s where s.record_id = r.id and s.changed_at >= ${changedSince}))`;
  const { rows } = await sql<IndexRow>`
    select ${indexColumns} from public.record r where r.id > ${afterId} ${ofSource} ${changed} order by r.id limit ${limit}
  `.execute(db);
  return rows.map(toIndexRecord);
}
