import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { asMicros, fromMicros, type Micros, settledUntil } from '../database/settled.ts';

/** What deleting one portion of history has deleted. */
export interface PrunedHistory {
  readonly revisions: number;
  /** Steps of communities. */
  readonly steps: number;
  /** All of these revisions were replaced before this instant; null: there were none. */
  readonly until: Micros | null;
}

/**
 * The instant before which history may be deleted if all that is older than `days` should go: that age, or earlier, as changes that
 * may still be committed and those that a webhook has no message about yet stay.
 */
export async function historyPrunableUntil(db: Kysely<Database>, days: number): Promise<Micros> {
  const settled = await settledUntil(db);
  const { rows } = await sql<{ at: Micros }>`
    select least(${asMicros(sql`now() - ${days}::int * interval '1 day'`)}, ${settled}::bigint, (select min(at_micros) from harvest.webhook)) as at`.execute(
    db,
  );
  return rows[0]!.at;
}

/** Revisions replaced before an instant. Those of tombstones stay: their last metadata is nowhere else. */
const due = (until: Micros): RawBuilder<unknown> =>
  sql`public.record_history h join public.record r on r.id = h.record_id where h.replaced_at < ${fromMicros(until)} and not r.deleted`;

/** How many revisions {@link pruneHistory} would delete. */
export async function countPrunableHistory(db: Kysely<Database>, until: Micros): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${due(until)}`.execute(db);
  return rows[0]!.n;
}

/**
 * Deletes the oldest revisions that were replaced before an instant, at most `limit`, with the steps of communities that they were.
 * Of each record the first ones go, so what remains reads as if the record had first been seen as its earliest remaining revision: that
 * is what a client gets who begins to follow changes now. One transaction at a time does this.
 */
export async function pruneHistory(trx: Kysely<Database>, until: Micros, limit: number): Promise<PrunedHistory> {
  await sql`select pg_advisory_xact_lock(hashtext('thresher prune history'))`.execute(trx);
  const { rows } = await sql<PrunedHistory>`
    with due as materialized (
      select h.record_id, h.revision, h.replaced_at, r.first_seen_at, coalesce(h.metadata -> 'communities', '[]') as before
      from ${due(until)} order by h.replaced_at, h.record_id, h.revision limit ${limit}
    ), step as materialized (
      select due.*, row_number() over (partition by due.record_id order by due.revision desc) = 1 as is_last,
        coalesce(case when next.revision is null
          then (select jsonb_agg(c.community) from public.record_community c where c.record_id = due.record_id)
          else next.metadata -> 'communities' end, '[]') as after
      from due left join lateral (
        select n.revision, n.metadata from public.record_history n
        where n.record_id = due.record_id and n.revision > due.revision order by n.revision limit 1) next on true
    ), first_of as materialized (
      select distinct community, first_seen_at as at, record_id from step cross join jsonb_array_elements_text(after) as c (community) where is_last
    ), concerned as materialized (
      select distinct community, replaced_at as at, record_id, revision from step cross join jsonb_array_elements_text(before || after) as c (community)
      union
      select distinct community, first_seen_at, record_id, 0 from step cross join jsonb_array_elements_text(before) as c (community)
      where not exists (select from first_of f where f.record_id = step.record_id and f.community = c.community)
    ), gone as (
      delete from public.record_history h using due where h.record_id = due.record_id and h.revision = due.revision returning h.replaced_at
    ), steps_gone as (
      delete from harvest.community_step s using concerned c
      where s.community = c.community and s.at = c.at and s.record_id = c.record_id and s.revision = c.revision returning 1
    ), first_noted as (
      insert into harvest.community_step (community, at, record_id, revision) select community, at, record_id, 0 from first_of
      on conflict do nothing
    )
    select (select count(*) from gone) as revisions, (select count(*) from steps_gone) as steps,
      (select ${asMicros(sql`max(replaced_at)`)} + 1 from gone) as until`.execute(trx);
  return rows[0]!;
}

/** All that was replaced from this instant on is still in the history; 0 if nothing was ever deleted. */
export async function historyBegins(db: Kysely<Database>): Promise<Micros> {
  const { rows } = await sql<{ at: Micros | null }>`select ${asMicros(sql`max(history_until)`)} as at from harvest.pruning`.execute(db);
  return rows[0]!.at ?? 0;
}
