import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { indexColumns, type IndexRecord, type IndexRow, toIndexRecord } from './index-record.ts';

/** A record that has changed, as it is now. */
export interface ChangedRecord {
  readonly id: number;
  readonly revision: number;
  /** Of its statistics; left out: they are as before. */
  readonly statsRevision?: number;
}

/** Notes, in the transaction that changes them, records that have to be sent to the search index. */
export async function noteUnindexed(trx: Kysely<Database>, records: readonly ChangedRecord[]): Promise<void> {
  if (records.length === 0) return;
  await sql`
    insert into harvest.unindexed as u (record_id, revision, stats_revision)
    select * from unnest(${records.map((it) => it.id)}::bigint[], ${records.map((it) => it.revision)}::int[],
      ${records.map((it) => it.statsRevision ?? 0)}::int[])
    on conflict (record_id) do update set ${laterOfBoth}, noted_at = now(), refusal = null`.execute(trx);
}

/** Two transactions may change a record and its statistics at a time, and neither sees the other's revision. */
const laterOfBoth = sql`revision = greatest(u.revision, excluded.revision), stats_revision = greatest(u.stats_revision, excluded.stats_revision)`;

/** The next records that have to be sent, as they are now, tombstones included; the oldest notes first. */
export async function readUnindexed(db: Kysely<Database>, limit: number): Promise<IndexRecord[]> {
  const { rows } = await sql<IndexRow>`
    select ${indexColumns} from (select record_id from harvest.unindexed where refusal is null order by noted_at, record_id limit ${limit}) u
    join public.record r on r.id = u.record_id`.execute(db);
  return rows.map(toIndexRecord);
}

/** What a document that the index has accepted was made from, at least. */
export interface SentRecord {
  readonly recordId: number;
  readonly revision: number;
  /** Of its statistics; 0 without any. */
  readonly statsRevision: number;
}

/**
 * Drops the notes of records that were sent; those that changed again meanwhile keep theirs. A record that SQL has in a later revision
 * by now is noted again: its document may have taken the place of one that was newer in its statistics and older in the rest.
 */
export async function clearUnindexed(db: Kysely<Database>, sent: readonly SentRecord[]): Promise<void> {
  if (sent.length === 0) return;
  await sql`
    with g as materialized (
      select g.*, r.revision as now, coalesce(s.revision, 0) as stats_now, coalesce(r.revision > g.revision or s.revision > g.stats_revision, false) as is_later
      from unnest(${sent.map((it) => it.recordId)}::bigint[], ${sent.map((it) => it.revision)}::int[],
        ${sent.map((it) => it.statsRevision)}::int[]) as g (id, revision, stats_revision)
      left join public.record r on r.id = g.id left join public.record_stats s on s.record_id = g.id
    ), again as (
      insert into harvest.unindexed as u (record_id, revision, stats_revision) select id, now, stats_now from g where is_later
      on conflict (record_id) do update set ${laterOfBoth}, refusal = null
    )
    delete from harvest.unindexed u using g
    where u.record_id = g.id and not g.is_later and u.revision <= g.revision and u.stats_revision <= g.stats_revision`.execute(db);
}

/** A document that the index refuses: as long as the record has this revision, sending it again is of no use. */
export interface Refusal extends SentRecord {
  readonly reason: string;
}

/** Notes documents that Elasticsearch refused. A record that has changed since is left alone: it is sent again. */
export async function noteRefusals(db: Kysely<Database>, refusals: readonly Refusal[]): Promise<void> {
  if (refusals.length === 0) return;
  await sql`
    insert into harvest.unindexed as u (record_id, revision, stats_revision, refusal)
    select r.id, n.revision, n."statsRevision", n.reason
    from json_to_recordset(${JSON.stringify(refusals)}::json) as n ("recordId" bigint, revision int, "statsRevision" int, reason text)
    join public.record r on r.id = n."recordId"
    on conflict (record_id) do update set ${laterOfBoth}, refusal = excluded.refusal, noted_at = now()
    where u.revision <= excluded.revision and u.stats_revision <= excluded.stats_revision`.execute(db);
}

/** Notes all records that have to be in search as not sent, for an index that was lost. Returns their number. */
export async function noteAllUnindexed(db: Kysely<Database>): Promise<number> {
  const result = await sql`
    insert into harvest.unindexed (record_id, revision)
    select id, revision from public.record where not deleted and metadata is not null
    on conflict (record_id) do update set revision = excluded.revision, noted_at = now(), refusal = null`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** Notes these records as not sent, replacing earlier notes. */
export async function noteMissing(db: Kysely<Database>, recordIds: readonly number[]): Promise<void> {
  if (recordIds.length === 0) return;
  await sql`
    insert into harvest.unindexed (record_id, revision) select id, revision from public.record where id = any(${recordIds})
    on conflict (record_id) do update set revision = excluded.revision, noted_at = now(), refusal = null`.execute(db);
}

/** Deletes the refusals of records that have changed since: their present revision was sent. */
export async function dropOldRefusals(db: Kysely<Database>): Promise<void> {
  await sql`
    delete from harvest.unindexed u using public.record r
    where r.id = u.record_id and u.refusal is not null and u.revision < r.revision`.execute(db);
}
