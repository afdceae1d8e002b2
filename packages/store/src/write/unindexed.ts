import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { indexColumns, type IndexRecord, type IndexRow, toIndexRecord } from './index-record.ts';

/** Notes, in the transaction that changes them, records that have to be sent to the search index. */
export async function noteUnindexed(
  trx: Kysely<Database>,
  records: readonly { readonly id: number; readonly revision: number }[],
): Promise<void> {
  if (records.length === 0) return;
  await sql`
    insert into harvest.unindexed (record_id, revision)
    select * from unnest(${records.map((it) => it.id)}::bigint[], ${records.map((it) => it.revision)}::int[])
    on conflict (record_id) do update set revision = excluded.revision, noted_at = now()`.execute(trx);
}

/** The next records that have to be sent, as they are now, tombstones included; the oldest notes first. */
export async function readUnindexed(db: Kysely<Database>, limit: number): Promise<IndexRecord[]> {
  const { rows } = await sql<IndexRow>`
    select ${indexColumns} from (select record_id from harvest.unindexed order by noted_at, record_id limit ${limit}) u
    join public.record r on r.id = u.record_id`.execute(db);
  return rows.map(toIndexRecord);
}

/** Drops the notes of records that were sent; those that changed again meanwhile keep theirs. */
export async function clearUnindexed(db: Kysely<Database>, sent: readonly Pick<IndexRecord, 'recordId' | 'revision'>[]): Promise<void> {
  await sql`
    delete from harvest.unindexed u
    using unnest(${sent.map((it) => it.recordId)}::bigint[], ${sent.map((it) => it.revision)}::int[]) as s (id, revision)
    where u.record_id = s.id and u.revision <= s.revision`.execute(db);
}
