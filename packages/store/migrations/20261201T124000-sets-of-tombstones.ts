import { type Kysely, sql } from 'kysely';

/**
 * Tombstones whose deleted header named no sets get those that their record was in last, as a change of now: a client that
 * follows one of these sets through `/oai2d` has not seen that they are deleted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The instant of the change has to be later than the lock: see `harvest.settled_until`.
  await sql`lock table public.record in row exclusive mode`.execute(db);
  await sql`
    with clock as materialized (select clock_timestamp() as at), living as (
      select distinct on (h.record_id) h.record_id, h.set_specs
      from public.record_history h join public.record r on r.id = h.record_id
      where r.deleted and not h.deleted and not exists (select from public.record_set s where s.record_id = r.id)
      order by h.record_id, h.revision desc
    ), regained as materialized (
      select living.record_id, living.set_specs, clock.at from living, clock where living.set_specs <> '{}'
    ), kept as (
      insert into public.record_history (record_id, revision, datestamp, datestamp_text, deleted, set_specs,
        metadata_hash, page_id, changed_paths, changed_at, replaced_at, replaced_by_page_id)
      select r.id, r.revision, r.datestamp, r.datestamp_text, r.deleted, '{}',
        r.metadata_hash, r.page_id, '{setSpecs}', r.changed_at, greatest(g.at, r.changed_at), r.page_id
      from regained g join public.record r on r.id = g.record_id
    ), listed as (
      insert into public.record_set (record_id, position, set_spec)
      select g.record_id, s.position - 1, s.set_spec from regained g, unnest(g.set_specs) with ordinality as s (set_spec, position)
    ), changed as (
      update public.record r
      set revision = r.revision + 1, changed_at = greatest(g.at, r.changed_at), wire_hash = null,
        metadata_hash = sha256(convert_to('{"deleted":true,"setSpecs":[' || (
          select string_agg(to_json(s.set_spec)::text, ',' order by s.set_spec collate "C") from unnest(g.set_specs) as s (set_spec)) || ']}', 'UTF8'))
      from regained g where g.record_id = r.id
      returning r.id, r.revision
    )
    insert into harvest.unindexed as u (record_id, revision) select id, revision from changed
    on conflict (record_id) do update set revision = greatest(u.revision, excluded.revision)
  `.execute(db);
}
