import { type Kysely, type Selectable, sql } from 'kysely';
import type { RunKind, RunState, RunTable } from '../database/harvest-schema.ts';
import type { Database } from '../database/db.ts';
import { lockRunning } from './lease.ts';

export type Run = Selectable<RunTable>;

export interface NewRun {
  readonly source_id: number;
  readonly kind: RunKind;
  readonly metadata_prefix: string;
  readonly set_specs: string[];
  readonly from_datestamp: Date | null;
  readonly until_datestamp: Date | null;
  readonly options: Record<string, unknown>;
}

/** The run of a source that has not ended, if there is one: there is never more than one. */
export async function findRunningRun(db: Kysely<Database>, sourceId: number): Promise<Run | undefined> {
  return db.selectFrom('harvest.run').selectAll().where('source_id', '=', sourceId).where('state', '=', 'running').executeTakeFirst();
}

/** Every run that has not ended, of any source. */
export async function listRunningRuns(db: Kysely<Database>): Promise<Run[]> {
  return db.selectFrom('harvest.run').selectAll().where('state', '=', 'running').orderBy('id').execute();
}

export async function findRun(db: Kysely<Database>, id: number): Promise<Run | undefined> {
  return db.selectFrom('harvest.run').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The newest runs of a source first. */
export async function listRuns(db: Kysely<Database>, sourceId: number, limit: number): Promise<Run[]> {
  return db.selectFrom('harvest.run').selectAll().where('source_id', '=', sourceId).orderBy('id', 'desc').limit(limit).execute();
}

/** The datestamps that a complete run has harvested, at most up to its start by our clock. */
export interface HarvestedRange {
  /** Null: from the earliest. */
  readonly from: Date | null;
  readonly until: Date;
}

/**
 * What complete runs have harvested of a set (null: of the whole repository) in one metadataPrefix. A run counts if it
 * was of the whole repository, of the set, or of a set above it: `physics` holds `physics:hep-th` (OAI-PMH 2.0, 2.6).
 */
export async function harvestedRanges(
  db: Kysely<Database>,
  sourceId: number,
  metadataPrefix: string,
  setSpec: string | null,
): Promise<HarvestedRange[]> {
  const covering = setSpec === null ? [] : setSpec.split(':').map((_, i, parts) => parts.slice(0, i + 1).join(':'));
  const { rows } = await sql<HarvestedRange>`
    select from_datestamp as "from", least(until_datestamp, started_at) as until from harvest.run
    where source_id = ${sourceId} and metadata_prefix = ${metadataPrefix} and state = 'complete'
      and kind in ('full', 'incremental', 'dump') and until_datestamp is not null
      and (set_specs = '{}' or set_specs && ${covering}::text[])`.execute(db);
  return rows;
}

/**
 * Up to which instant complete runs cover everything without a gap; null if there are none. The run that reaches back
 * furthest is the beginning; others lengthen it only if they begin inside it, so a harvest of last week's changes does
 * not hide what lies between it and an older one.
 */
export function coveredUntil(ranges: readonly HarvestedRange[]): Date | null {
  const start = ({ from }: HarvestedRange): number => from?.getTime() ?? -Infinity;
  const [first, ...others] = ranges.toSorted((a, b) => (start(a) < start(b) ? -1 : 1));
  if (first === undefined) return null;
  return others.reduce((until, next) => (start(next) <= until.getTime() && next.until > until ? next.until : until), first.until);
}

/** Up to which instant each of these sets is covered; without sets the whole repository, as set null. */
export async function coveredSets(
  db: Kysely<Database>,
  { id, metadataPrefix, setSpecs }: { readonly id: number; readonly metadataPrefix: string; readonly setSpecs: readonly string[] },
): Promise<{ readonly set: string | null; readonly until: Date | null }[]> {
  const covered = [];
  for (const set of setSpecs.length === 0 ? [null] : setSpecs)
    covered.push({ set, until: coveredUntil(await harvestedRanges(db, id, metadataPrefix, set)) });
  return covered;
}

/** When the newest run of one of these kinds began; null if there was none. */
export async function lastRunStartedAt(db: Kysely<Database>, sourceId: number, kinds: readonly RunKind[]): Promise<Date | null> {
  const row = await db
    .selectFrom('harvest.run')
    .select((eb) => eb.fn.max('started_at').as('at'))
    .where('source_id', '=', sourceId)
    .where('kind', 'in', [...kinds])
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Those of the sets that no complete full or membership run before this one asked for by name. */
export async function neverHarvested(
  db: Kysely<Database>,
  run: Pick<Run, 'id' | 'source_id'>,
  setSpecs: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ set_spec: string }>`
    select set_spec from unnest(${setSpecs}::text[]) as asked (set_spec)
    where not exists (select from harvest.run r where r.source_id = ${run.source_id} and r.id < ${run.id} and r.state = 'complete' and r.kind in ('full', 'membership') and r.set_specs @> array[asked.set_spec])`.execute(
    db,
  );
  return rows.map((row) => row.set_spec);
}

/** Makes a run together with its first windows. Fails on the unique index while another run of the source is running. */
export async function createRun(
  db: Kysely<Database>,
  run: NewRun,
  windows: readonly { set_spec: string | null; from_datestamp: Date | null; until_datestamp: Date | null }[],
): Promise<Run> {
  return db.transaction().execute(async (trx) => {
    const made = await trx
      .insertInto('harvest.run')
      .values({ ...run, options: JSON.stringify(run.options) as unknown as Record<string, unknown> })
      .returningAll()
      .executeTakeFirstOrThrow();
    if (windows.length > 0)
      await trx
        .insertInto('harvest.window')
        .values(windows.map((window) => ({ ...window, run_id: made.id })))
        .execute();
    return made;
  });
}

/** Ends a run. False if it had ended before: then nothing has changed. */
export async function finishRun(db: Kysely<Database>, id: number, state: RunState, failure: string | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('harvest.run')
    .set({ state, failure, finished_at: new Date() })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Makes an incomplete run complete. False if one of its windows is not: then nothing has changed. */
export async function completeRun(db: Kysely<Database>, id: number, failure: string | null): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update harvest.run set state = 'complete', failure = ${failure}
    where id = ${id} and state = 'incomplete'
      and not exists (select from harvest.window w where w.run_id = ${id} and w.state not in ('complete', 'split'))`.execute(db);
  return numAffectedRows > 0n;
}

const dropped = 'dropped by --restart';
const cancelled = 'cancelled by a person';

/** Ends a run so that another can begin. From then on no process sends or stores anything for it. */
export async function dropRun(db: Kysely<Database>, id: number): Promise<boolean> {
  return finishRun(db, id, 'cancelled', dropped);
}

/** The same because a person wants it ended. False if it had ended before. */
export async function cancelRun(db: Kysely<Database>, id: number): Promise<boolean> {
  return finishRun(db, id, 'cancelled', cancelled);
}

/** Whether a command ended the run before it was through. No process may report such a run as its own result. */
export const wasDropped = ({ state, failure }: Pick<Run, 'state' | 'failure'>): boolean =>
  state === 'cancelled' && (failure === dropped || failure === cancelled);

/** Ends a run that was refused before its first page came, with the reason. False if pages have come, or it had ended. */
export async function failEmptyRun(db: Kysely<Database>, id: number, failure: string): Promise<boolean> {
  const { rows } = await sql`
    update harvest.run r set state = 'failed', failure = ${failure}, finished_at = now()
    where r.id = ${id} and r.state = 'running'
      and not exists (select from harvest.page p join harvest.window w on w.id = p.window_id where w.run_id = r.id)
    returning r.id`.execute(db);
  return rows.length > 0;
}

/** Stores why a run is interrupted, without ending it: it can be continued. */
export async function noteRunFailure(db: Kysely<Database>, id: number, failure: string | null): Promise<void> {
  await db.updateTable('harvest.run').set({ failure }).where('id', '=', id).execute();
}

/** Counts requests that were sent, or are about to be. False if the run has ended: then nothing more may be sent for it. */
export async function addRequests(db: Kysely<Database>, runId: number, requests: number): Promise<boolean> {
  const row = await db
    .updateTable('harvest.run')
    .set((eb) => ({ requests: eb('requests', '+', requests) }))
    .where('id', '=', runId)
    .returning('state')
    .executeTakeFirst();
  return row?.state === 'running';
}

/** The sums over the windows of a run. Windows that were split count through their parts. */
export interface RunTotals {
  readonly windows: number;
  readonly complete: number;
  readonly open: number;
  readonly short: number;
  readonly failed: number;
  /** What the first windows of the run declared: how long it will be, known from its first answers on. */
  readonly expected: number;
  readonly declared: number;
  readonly received: number;
  readonly distinctReceived: number;
  readonly quarantined: number;
  readonly stored: number;
  /** Of those stored, the ones that have to be in search: no tombstones, and none whose metadata could not be mapped. */
  readonly searchable: number;
  /** Null if no window was counted in an index. */
  readonly indexed: number | null;
  /** Documents that Elasticsearch refused. */
  readonly refused: number;
  readonly restarts: number;
  /** Requests sent, the failed ones included. */
  readonly requests: number;
}

export async function runTotals(db: Kysely<Database>, runId: number): Promise<RunTotals> {
  const { rows } = await sql<RunTotals>`
    select count(*) filter (where state <> 'split')::int as windows,
           count(*) filter (where state = 'complete')::int as complete,
           count(*) filter (where state in ('planned', 'walking', 'walked'))::int as open,
           count(*) filter (where state = 'short')::int as short,
           count(*) filter (where state = 'failed')::int as failed,
           coalesce(sum(declared) filter (where parent_id is null), 0)::bigint as expected,
           coalesce(sum(declared) filter (where state <> 'split'), 0)::bigint as declared,
           coalesce(sum(received) filter (where state <> 'split'), 0)::bigint as received,
           coalesce(sum(distinct_received) filter (where state <> 'split'), 0)::bigint as "distinctReceived",
           coalesce(sum(quarantined) filter (where state <> 'split'), 0)::bigint as quarantined,
           coalesce(sum(stored) filter (where state <> 'split'), 0)::bigint as stored,
           coalesce(sum(searchable) filter (where state <> 'split'), 0)::bigint as searchable,
           coalesce(sum(refused) filter (where state <> 'split'), 0)::bigint as refused,
           sum(indexed) filter (where state <> 'split')::bigint as indexed,
           coalesce(sum(greatest(attempt - 1, 0)), 0)::int as restarts,
           (select requests from harvest.run where id = ${runId}) as requests
    from harvest.window where run_id = ${runId}`.execute(db);
  return rows[0]!;
}

/** Replaces the remaining windows of a run by one window per set without bounds, for a server that ignores dates. */
export async function replaceWindows(db: Kysely<Database>, run: Run): Promise<void> {
  const sets = run.set_specs.length === 0 ? [null] : run.set_specs;
  // One statement, which does nothing for a dropped run. Two processes that run it at the same time replace the windows once.
  await sql`
    with going_on as materialized (${lockRunning(run.id)}), bounded as (
      update harvest.window w set state = 'split', lease_owner = null, finished_at = now(), failure = 'the server ignores from and until'
      from going_on
      where w.run_id = going_on.id and w.state in ('planned', 'walking') and (w.from_datestamp is not null or w.until_datestamp is not null)
      returning w.id
    )
    insert into harvest.window (run_id, set_spec)
    select ${run.id}, set_spec from unnest(${sets}::text[]) as t (set_spec) where exists (select from bounded)`.execute(db);
}
