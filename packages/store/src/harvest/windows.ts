import { type Kysely, type Selectable, sql } from 'kysely';
import type { ClientBase } from 'pg';
import type { WindowState, WindowTable } from '../database/harvest-schema.ts';
import type { Database, Db } from '../database/db.ts';
import { lockRunning, isHeld, type Lease } from './lease.ts';
import { maxPageTries } from './pages.ts';

export type Window = Selectable<WindowTable>;

/**
 * Where a window may go from where. A move that is not here does not compile.
 *
 *   planned → walking → walked → complete
 *      ▲         │ │ │      └──▶ short
 *      └─────────┘ │ └▶ split (its parts are planned)
 *      again       └──▶ short, failed ──▶ planned (repair)
 */
export const windowMoves = {
  planned: ['walking'],
  walking: ['planned', 'walked', 'split', 'short', 'failed'],
  walked: ['complete', 'short', 'planned'],
  complete: [],
  split: [],
  short: ['planned', 'complete'],
  failed: ['planned'],
} as const satisfies Record<WindowState, readonly WindowState[]>;

type Next<From extends WindowState> = (typeof windowMoves)[From][number];

const ended: readonly WindowState[] = ['complete', 'split', 'short', 'failed'];

/**
 * Moves a window from one state to another. False if it was not in the first one, or no longer under the lease given
 * (another process was quicker, or the run has ended); then nothing has changed.
 */
export async function moveWindow<From extends WindowState>(
  db: Kysely<Database>,
  id: number,
  from: From,
  to: Next<From>,
  changes: Partial<
    Pick<Window, 'declared' | 'stored' | 'searchable' | 'indexed' | 'refused' | 'failure' | 'distinct_received' | 'shortfall'> & {
      /**
       * How long no process may lease the window, in milliseconds. By the database's clock, as leases are: a harvester's clock may be
       * a day ahead.
       */
      readonly waitMs: number;
    }
  > = {},
  lease?: Lease,
): Promise<boolean> {
  const { waitMs, ...values } = changes;
  const result = await db
    .with('going_on', (with_) =>
      with_
        .selectFrom('harvest.run')
        .select('id')
        .where('id', '=', lease?.run_id ?? null)
        .where('state', '=', 'running')
        .forShare(),
    )
    .updateTable('harvest.window as w')
    .set({
      ...values,
      state: to,
      ...(waitMs === undefined ? {} : { not_before: sql<Date>`now() + ${waitMs} * interval '1 millisecond'` }),
      ...(from === 'walking' ? { lease_owner: null } : {}),
      finished_at: ended.includes(to) ? sql<Date>`now()` : null,
    })
    .where('id', '=', id)
    .where('state', '=', from)
    .$if(lease !== undefined, (query) => query.where(isHeld(lease!)).where('run_id', 'in', (eb) => eb.selectFrom('going_on').select('id')))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Advisory locks of this class say which harvesters are alive. */
const harvesterLockClass = 0x7485;

/** Holds the lock of a harvester on this session. PostgreSQL releases it when the session ends, in whatever way. */
export async function holdHarvesterLock(session: ClientBase, owner: number): Promise<boolean> {
  const { rows } = await session.query<{ held: boolean }>('select pg_try_advisory_lock($1, $2) as held', [harvesterLockClass, owner]);
  return rows[0]?.held ?? false;
}

/** Lets PostgreSQL end this session, and with it the locks that it holds, if nothing was asked of it for `silentMs` milliseconds. */
export async function endIfSilent(session: ClientBase, silentMs: number): Promise<void> {
  await session.query(`select set_config('idle_session_timeout', $1, false)`, [`${silentMs}ms`]);
}

/** Asks PostgreSQL for nothing: the answer shows that the session is alive. */
export async function pingSession(session: ClientBase): Promise<void> {
  await session.query('select 1');
}

const alive = sql`select l.objid::bigint::int from pg_locks l
  where l.locktype = 'advisory' and l.classid = ${harvesterLockClass} and l.objsubid = 2 and l.granted
    and l.database = (select oid from pg_database where datname = current_database())`;

export interface LeasedWindow extends Window {
  /** True if its previous harvester died in the middle of its list. */
  readonly taken_over: boolean;
}

/**
 * Leases the next window of a run that has not ended: one that is planned and due, or one whose harvester is dead. A window that lost
 * its harvester keeps its pages; `walkWindow` decides whether its list can be continued.
 *
 * @param walked windows that the owner walks now. None of them is leased to it again before it has noticed that another harvester took it
 * over, even if that one is dead. Its other windows are leases that it lost and that no other process has: they are leased again
 */
export async function leaseWindow(
  db: Kysely<Database>,
  runId: number,
  owner: number,
  walked?: readonly number[],
): Promise<LeasedWindow | undefined> {
  const left = walked === undefined ? sql`false` : sql`lease_owner = ${owner}`;
  // Materialized: as part of the join it might run once per row, and would then lease many windows.
  const { rows } = await sql<LeasedWindow>`
    with going_on as materialized (${lockRunning(runId)}), due as materialized (
      select id, state = 'walking' as taken_over from harvest.window
      where run_id = (select id from going_on) and id <> all(${walked ?? []}::bigint[])
        and ((state = 'planned' and (not_before is null or not_before <= now()))
          or (state = 'walking' and lease_owner <> ${owner} and lease_owner not in (${alive}))
          or (state = 'walking' and ${left}))
      order by state desc, id
      for update skip locked limit 1
    )
    update harvest.window w set state = 'walking', lease_owner = ${owner}, lease_number = w.lease_number + 1, started_at = now(),
           deaths = w.deaths + (due.taken_over and w.lease_owner <> ${owner})::int
    from due where w.id = due.id
    returning w.*, due.taken_over`.execute(db);
  return rows[0];
}

/** Begins the list of a window (again): a new attempt, with all counts at zero. Null if the lease has ended. */
export async function beginAttempt(db: Kysely<Database>, lease: Lease): Promise<number | null> {
  const { rows } = await sql<{ attempt: number }>`
    with going_on as materialized (${lockRunning(lease.run_id)})
    update harvest.window w set attempt = w.attempt + 1, received = 0, distinct_received = 0, quarantined = 0
    from going_on where ${isHeld(lease)} and w.run_id = going_on.id
    returning w.attempt`.execute(db);
  return rows[0]?.attempt ?? null;
}

/** How many different records the last attempt of a window brought. Records whose identifier could not be read count once each. */
export async function countDistinct(db: Kysely<Database>, windowId: number, attempt: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select (select count(*) from (
              select i from harvest.page p, unnest(p.identifiers) i where p.window_id = ${windowId} and p.attempt = ${attempt}
              union
              select q.oai_identifier from harvest.quarantine q join harvest.page p on p.id = q.page_id
               where p.window_id = ${windowId} and p.attempt = ${attempt} and q.oai_identifier is not null) as ids)
         + (select count(*) from harvest.quarantine q join harvest.page p on p.id = q.page_id
             where p.window_id = ${windowId} and p.attempt = ${attempt} and q.oai_identifier is null) as n`.execute(db);
  return rows[0]!.n;
}

export async function findWindow(db: Kysely<Database>, id: number): Promise<Window | undefined> {
  return db.selectFrom('harvest.window').selectAll().where('id', '=', id).executeTakeFirst();
}

export interface WindowPart {
  readonly from_datestamp: Date | null;
  readonly until_datestamp: Date | null;
}

/** Replaces a window by smaller ones. False if it is no longer under the lease it carries; then nothing has changed. */
export async function splitIntoParts(
  db: Kysely<Database>,
  window: Window,
  found: Pick<Window, 'declared' | 'failure' | 'shortfall'>,
  parts: readonly WindowPart[],
): Promise<boolean> {
  // One statement: a process that is stopped in the middle of a transaction would keep its locks.
  const { rows } = await sql`
    with going_on as materialized (${lockRunning(window.run_id)}), whole as (
      update harvest.window w set state = 'split', lease_owner = null, finished_at = now(),
             declared = ${found.declared}, failure = ${found.failure}, shortfall = ${found.shortfall}
      from going_on where ${isHeld(window)} and w.run_id = going_on.id
      returning w.id, w.run_id, w.set_spec, w.deaths
    )
    insert into harvest.window (run_id, parent_id, set_spec, from_datestamp, until_datestamp, deaths)
    select whole.run_id, whole.id, whole.set_spec, part.from_datestamp, part.until_datestamp, whole.deaths
    from whole, unnest(${parts.map((part) => part.from_datestamp)}::timestamptz[], ${parts.map((part) => part.until_datestamp)}::timestamptz[])
      with ordinality as part (from_datestamp, until_datestamp, number) order by part.number
    returning id`.execute(db);
  return rows.length > 0;
}

/**
 * Whether the sizes that a server declares in a run fit together. They do not if the parts of a window declare more than one and a
 * half times what the whole did. `declared`: what `window` declares now.
 */
export async function sizesAgree(db: Kysely<Database>, window: Window, declared: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from harvest.window whole join harvest.window part on part.parent_id = whole.id
    where whole.run_id = ${window.run_id} and whole.declared is not null
    group by whole.id, whole.declared
    having sum(case when part.id = ${window.id} then ${declared}::bigint else coalesce(part.declared, 0) end) > whole.declared * 1.5 + ${declaredSlack}
    limit 1`.execute(db);
  return rows.length === 0;
}

/** Some servers declare a few records too many in each list, and so in each part. */
const declaredSlack = 1_000;

/** Windows of a run whose lists have ended and whose pages are all through, or given up. */
export async function windowsToFinish(db: Kysely<Database>, runId: number, searchable: boolean): Promise<Window[]> {
  const pending = searchable ? sql`p.state <> 'done'` : sql`p.state = 'fetched'`;
  const { rows } = await sql<Window>`
    select w.* from harvest.window w
    where w.run_id = ${runId} and w.state = 'walked'
      and not exists (select 1 from harvest.page p where p.window_id = w.id and p.attempt = w.attempt and ${pending} and p.tries < ${maxPageTries})
    order by w.id limit 500`.execute(db);
  return rows;
}

/** A short window that is counted again. */
export interface ShortWindow extends Window {
  readonly source_id: number;
  /** Changes whenever pages of the window were transformed again. */
  readonly progress: string;
}

/**
 * Windows of incomplete runs that came short only because records were not in SQL or search, and whose pages are all
 * through. Windows that brought fewer records than declared are not among them: only the source can complete those.
 * Runs of other kinds are left out, as more than their windows decides whether they are complete.
 */
export async function shortWindowsToCount(db: Kysely<Database>, searchable: boolean): Promise<ShortWindow[]> {
  const notThrough = searchable ? sql`p.state <> 'done'` : sql`p.state = 'fetched'`;
  const { rows } = await sql<ShortWindow>`
    select w.*, r.source_id, (select concat_ws(' ', count(*), max(p.done_at)) from harvest.page p where p.window_id = w.id) as progress
    from harvest.run r join harvest.window w on w.run_id = r.id
    where r.state = 'incomplete' and r.kind in ('full', 'incremental', 'dump') and w.state = 'short' and w.shortfall is null
      and not exists (select from harvest.page p where p.window_id = w.id and p.attempt = w.attempt and ${notThrough})
    order by w.id`.execute(db);
  return rows;
}

/** One record that the last attempt of a window brought, and where it is now. */
export interface ArrivedRecord {
  readonly identifier: string;
  /** Null if it is not stored. */
  readonly recordId: number | null;
  readonly stored: boolean;
  /** It came with metadata, not only as a header of ListIdentifiers. */
  readonly fetched: boolean;
  /** It has to be in search: it is stored, not deleted, and its metadata could be mapped. */
  readonly searchable: boolean;
  /** Its document is not in the index yet: it is queued, or the page that last wrote it is not done. */
  readonly waiting: boolean;
  /** Why Elasticsearch refuses its document; null if it does not. */
  readonly refusal: string | null;
}

const arrivedAtOnce = 10_000;

/**
 * The records that the last attempt of a window brought, each once, looked up in table `record`. Those in quarantine are
 * left out. They come in pieces through a cursor, as a server that does not look at dates has one window with all its records.
 */
export async function* arrivedRecords(
  db: Db,
  sourceId: number,
  window: Pick<Window, 'id' | 'attempt'>,
  atOnce = arrivedAtOnce,
): AsyncGenerator<ArrivedRecord[], void, undefined> {
  const trx = await db.startTransaction().setAccessMode('read only').execute();
  try {
    await sql`declare arrived no scroll cursor for ${arrivedQuery(sourceId, window)}`.execute(trx);
    for (;;) {
      const { rows } = await sql<ArrivedRecord>`fetch ${sql.lit(atOnce)} from arrived`.execute(trx);
      if (rows.length > 0) yield rows;
      if (rows.length < atOnce) return;
    }
  } finally {
    await trx.rollback().execute();
  }
}

const arrivedQuery = (sourceId: number, window: Pick<Window, 'id' | 'attempt'>) => sql`
    select a.i as identifier, r.id as "recordId", r.id is not null as stored, a.fetched,
           coalesce(not r.deleted and r.metadata is not null, false) as searchable,
           (u.record_id is not null and u.refusal is null) or q.id is not null as waiting,
           case when u.revision = r.revision then u.refusal end as refusal
    from (select i, bool_or(p.verb <> 'ListIdentifiers') as fetched from harvest.page p, unnest(p.identifiers) i
           where p.window_id = ${window.id} and p.attempt = ${window.attempt}
             and not exists (select from harvest.quarantine q where q.page_id = p.id and q.oai_identifier = i) group by i) a
    left join public.record r on r.source_id = ${sourceId} and r.oai_identifier = a.i
    left join harvest.unindexed u on u.record_id = r.id
    left join harvest.page q on q.id = r.page_id and q.state <> 'done' and q.tries < ${maxPageTries} and q.content is not null`;

/** Increments how often missing documents of a window were sent again. */
export async function countResent(db: Kysely<Database>, id: number): Promise<void> {
  await db
    .updateTable('harvest.window')
    .set((eb) => ({ resent: eb('resent', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Stores the counts of a window that is already closed. */
export async function saveCounts(
  db: Kysely<Database>,
  id: number,
  counts: Pick<Window, 'stored' | 'searchable' | 'indexed' | 'refused'>,
): Promise<void> {
  await db.updateTable('harvest.window').set(counts).where('id', '=', id).execute();
}

export async function countWindows(db: Kysely<Database>, runId: number, states: readonly WindowState[]): Promise<number> {
  const row = await db
    .selectFrom('harvest.window')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('run_id', '=', runId)
    .where('state', 'in', [...states])
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** As `countWindows`; null if the run has ended, whatever its windows are. */
export async function countOpenWindows(db: Kysely<Database>, runId: number, states: readonly WindowState[]): Promise<number | null> {
  const { rows } = await sql<{ n: number }>`
    select (select count(*)::int from harvest.window where run_id = run.id and state = any(${states})) as n
    from harvest.run where id = ${runId} and state = 'running'`.execute(db);
  return rows[0]?.n ?? null;
}

export async function listWindows(db: Kysely<Database>, runId: number, states?: readonly WindowState[]): Promise<Window[]> {
  let query = db
    .selectFrom('harvest.window')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('from_datestamp', (o) => o.asc().nullsFirst())
    .orderBy('id');
  if (states) query = query.where('state', 'in', [...states]);
  return query.execute();
}

/** Sets of a run whose lists were empty. */
export async function emptySets(db: Kysely<Database>, runId: number): Promise<string[]> {
  const { rows } = await sql<{ set_spec: string }>`
    select set_spec from harvest.window where run_id = ${runId} and set_spec is not null and parent_id is null and state = 'complete' and declared = 0`.execute(
    db,
  );
  return rows.map((row) => row.set_spec);
}
