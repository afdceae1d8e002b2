import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** The materialised views of schema `analytics`, each after those it reads. */
export const computedViews = [
  'concept',
  'community_month',
  'licence_year',
  'metadata_quality',
  'community_size',
  'vocabulary_term',
  'person',
  'organisation',
  'community_overlap',
  'growth',
] as const;

export interface RefreshedView {
  readonly view: string;
  readonly tookMs: number;
}

/** Refreshing takes at most about a tenth of the time, however often it is requested. */
const idleFactor = 10;

/**
 * Renews the materialised views of schema `analytics`, while others read and write. Call it when a run ends. Returns what
 * was renewed: nothing where no record changed since the last time, where another process is at it, or where the last
 * time lies less than ten times its own duration back (a whole Zenodo takes minutes, and sets are synchronised hourly);
 * `force` renews all the same. An abort cancels the statement under way; views renewed by then stay renewed.
 *
 * Throws what PostgreSQL does: only the owner of the views may refresh them; the signal's reason when aborted.
 */
export async function refreshAnalytics(
  db: Kysely<Database>,
  options: { readonly force?: boolean; readonly signal?: AbortSignal } = {},
): Promise<RefreshedView[]> {
  return db.connection().execute(async (connection) => {
    const { rows } = await sql<{ locked: boolean }>`select pg_try_advisory_lock(hashtext('thresher analytics')) as locked`.execute(
      connection,
    );
    if (!rows[0]?.locked) return [];
    try {
      using _ = await cancelOn(options.signal, db, connection);
      return options.force === true || (await isDue(connection)) ? await refreshAll(connection, options.signal) : [];
    } catch (error) {
      throw options.signal?.aborted ? options.signal.reason : error;
    } finally {
      await sql`select pg_advisory_unlock(hashtext('thresher analytics'))`.execute(connection);
    }
  });
}

/** Cancels the running statement when the signal aborts: a view of millions of records takes minutes. */
async function cancelOn(signal: AbortSignal | undefined, db: Kysely<Database>, connection: Kysely<Database>): Promise<Disposable> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(connection);
  const cancel = (): void => void sql`select pg_cancel_backend(${rows[0]!.pid})`.execute(db).catch(() => {});
  signal?.addEventListener('abort', cancel);
  return { [Symbol.dispose]: () => signal?.removeEventListener('abort', cancel) };
}

async function isDue(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    select coalesce(
      min(f.changed_until) is distinct from (select max(changed_at) from public.record)
        and min(f.refreshed_at) + ${idleFactor} * sum(f.took) < now(), true) or count(*) < ${computedViews.length} as due
    from analytics.refresh f
  `.execute(db);
  return rows[0]?.due ?? true;
}

async function refreshAll(db: Kysely<Database>, signal?: AbortSignal): Promise<RefreshedView[]> {
  await analyzeChanged(db);
  const refreshed: RefreshedView[] = [];
  for (const view of computedViews) {
    signal?.throwIfAborted();
    refreshed.push(await refreshOne(db, view));
  }
  return refreshed;
}

/** After a first harvest autovacuum may not have come by yet, and plans made for empty tables take forever on full ones. */
async function analyzeChanged(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_stat_user_tables
    where schemaname = 'public' and relname like 'record%' and n_mod_since_analyze > greatest(n_live_tup / 10, 100)
  `.execute(db);
  for (const { name } of rows) await sql`analyze public.${sql.ref(name)}`.execute(db);
}

async function refreshOne(db: Kysely<Database>, view: (typeof computedViews)[number]): Promise<RefreshedView> {
  const started = performance.now();
  const { rows } = await sql<{ at: Date | null }>`select max(changed_at) as at from public.record`.execute(db);
  await sql`refresh materialized view concurrently analytics.${sql.ref(view)}`.execute(db);
  await sql`analyze analytics.${sql.ref(view)}`.execute(db);
  const tookMs = Math.round(performance.now() - started);
  await sql`
    insert into analytics.refresh (view_name, refreshed_at, took, changed_until)
    values (${view}, now(), ${tookMs} * interval '1 millisecond', ${rows[0]?.at ?? null})
    on conflict (view_name) do update set refreshed_at = excluded.refreshed_at, took = excluded.took, changed_until = excluded.changed_until
  `.execute(db);
  return { view, tookMs };
}
