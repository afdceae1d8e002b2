import { type Kysely, sql } from 'kysely';

/**
 * A reader of what changed since an instant must not skip a transaction that has such an instant and is not committed
 * yet. Writers take the time after they hold their lock on `record` (`clock_timestamp()`), so a transaction that does not hold one
 * now will write a later time than now.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function harvest.settled_until() returns timestamptz
    language plpgsql volatile security definer set search_path = pg_catalog as $$
    declare
      -- before the locks are looked at
      seen_at timestamptz := clock_timestamp();
    begin
      return least(seen_at, (
        select min(a.xact_start)
        from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'relation' and l.relation = 'public.record'::regclass
          and l.database = (select d.oid from pg_database d where d.datname = current_database())
          and l.mode not in ('AccessShareLock', 'ShareLock', 'ShareUpdateExclusiveLock')));
    end $$;
    comment on function harvest.settled_until() is 'Every change of a record before this instant is committed, and visible to the next statement. Ask first, then read what is older. It is now, or the beginning of the oldest transaction that is writing records.';

    alter table public.record alter column first_seen_at set default clock_timestamp(), alter column changed_at set default clock_timestamp();
    create index record_first_seen_at_idx on public.record (first_seen_at, id);
  `.execute(db);
}
