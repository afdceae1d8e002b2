import { type Kysely, type Selectable, sql } from 'kysely';
import type { ClientBase } from 'pg';
import type { WindowState, WindowTable } from '../database/harvest-schema.ts';
import type { Database } from '../database/db.ts';
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
  short: ['planned'],
  failed: ['planned'],
} as const satisfies Record<WindowState, readonly WindowState[]>;

type Next<From extends WindowState> = (typeof windowMoves)[From][number];

const ended: readonly WindowState[] = ['complete', 'split', 'short', 'failed'];

/** Whose a window is, and which attempt at its list: the right to move it on. */
export type Lease = Pick<Window, 'lease_owner' | 'attempt'>;

/**
 * Moves a window from one state to another. False if it was not in the first one, or no longer under the lease given
 * (another process was quicker); then nothing has changed.
 */
export async function moveWindow<From extends WindowState>(
  db: Kysely<Database>,
  id: number,
  from: From,
  to: Next<From>,
  changes: Partial<
    Pick<Window, 'declared' | 'stored' | 'searchable' | 'indexed' | 'failure' | 'not_before' | 'distinct_received' | 'shortfall'>
  > = {},
  lease?: Lease,
): Promise<boolean> {
  const result = await db
    .updateTable('harvest.window')
    .set({
      ...changes,
      state: to,
      ...(from === 'walking' ? { lease_owner: null } : {}),
      finished_at: ended.includes(to) ? new Date() : null,
    })
    .where('id', '=', id)
    .where('state', '=', from)
    .$if(lease !== undefined, (query) => query.where('lease_owner', '=', lease!.lease_owner).where('attempt', '=', lease!.attempt))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Advisory locks of this class say which harvesters are alive. */
const harvesterLockClass = 0x7485;

/** Holds the lock of a harvester on this session; the server gives it back when the session ends, however it ends. */
export async function holdHarvesterLock(session: ClientBase, owner: number): Promise<boolean> {
  const { rows } = await session.query<{ held: boolean }>('select pg_try_advisory_lock($1, $2) as held', [harvesterLockClass, owner]);
  return rows[0]?.held ?? false;
}

const alive = sql`select l.objid::bigint::int from pg_locks l
  where l.locktype = 'advisory' and l.classid = ${harvesterLockClass} and l.objsubid = 2 and l.granted
    and l.database = (select oid from pg_database where datname = current_database())`;

export interface LeasedWindow extends Window {
  /** Its harvester died in the middle of its list. */
  readonly taken_over: boolean;
}

/**
 * Takes the next window of a run: one that is planned and due, or one whose harvester is dead. A window that lost its
 * harvester keeps its pages; `walkWindow` decides whether its list can be gone on with.
 */
export async function leaseWindow(db: Kysely<Database>, runId: number, owner: number): Promise<LeasedWindow | undefined> {
  // Materialized: as a part of the join it may be run anew for each row of it, and would then lease as many windows as there are.
  const { rows } = await sql<LeasedWindow>`
    with due as materialized (
      select id, state = 'walking' as taken_over from harvest.window
      where run_id = ${runId}
        and ((state = 'planned' and (not_before is null or not_before <= now()))
          or (state = 'walking' and lease_owner <> ${owner} and lease_owner not in (${alive})))
      order by state desc, id
      for update skip locked limit 1
    )
    update harvest.window w set state = 'walking', lease_owner = ${owner}, started_at = now()
    from due where w.id = due.id
    returning w.*, due.taken_over`.execute(db);
  return rows[0];
}

/** Begins the list of a window (again): a new attempt, and its counts from nought. Null if it is no longer the owner's. */
export async function beginAttempt(db: Kysely<Database>, id: number, owner: number): Promise<number | null> {
  const row = await db
    .updateTable('harvest.window')
    .set((eb) => ({ attempt: eb('attempt', '+', 1), received: 0, distinct_received: 0, quarantined: 0 }))
    .where('id', '=', id)
    .where('state', '=', 'walking')
    .where('lease_owner', '=', owner)
    .returning('attempt')
    .executeTakeFirst();
  return row?.attempt ?? null;
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
  return db.transaction().execute(async (trx) => {
    if (!(await moveWindow(trx, window.id, 'walking', 'split', found, window))) return false;
    await trx
      .insertInto('harvest.window')
      .values(parts.map((part) => ({ ...part, run_id: window.run_id, parent_id: window.id, set_spec: window.set_spec })))
      .execute();
    return true;
  });
}

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

/** One record that the last attempt of a window brought, and where it is now. */
export interface ArrivedRecord {
  readonly identifier: string;
  readonly stored: boolean;
  /** It came with its metadata, not as a header of ListIdentifiers. */
  readonly fetched: boolean;
  /** It has to be in search: it is stored, not deleted, and its metadata could be mapped. */
  readonly searchable: boolean;
}

/** The records that the last attempt of a window brought, each once, looked up in table `record`. Those in quarantine are left out. */
export async function arrivedRecords(
  db: Kysely<Database>,
  sourceId: number,
  window: Pick<Window, 'id' | 'attempt'>,
): Promise<ArrivedRecord[]> {
  const { rows } = await sql<ArrivedRecord>`
    select a.i as identifier, r.id is not null as stored, a.fetched,
           coalesce(not r.deleted and r.metadata is not null, false) as searchable
    from (select i, bool_or(p.verb <> 'ListIdentifiers') as fetched from harvest.page p, unnest(p.identifiers) i
           where p.window_id = ${window.id} and p.attempt = ${window.attempt}
             and not exists (select from harvest.quarantine q where q.page_id = p.id and q.oai_identifier = i) group by i) a
    left join public.record r on r.source_id = ${sourceId} and r.oai_identifier = a.i`.execute(db);
  return rows;
}

/** Keeps the counts of a window that is closed already. */
export async function saveCounts(
  db: Kysely<Database>,
  id: number,
  counts: Pick<Window, 'stored' | 'searchable' | 'indexed'>,
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

/** Sets of a run that listed nothing at all. */
export async function emptySets(db: Kysely<Database>, runId: number): Promise<string[]> {
  const { rows } = await sql<{ set_spec: string }>`
    select set_spec from harvest.window where run_id = ${runId} and set_spec is not null and parent_id is null and state = 'complete' and declared = 0`.execute(
    db,
  );
  return rows.map((row) => row.set_spec);
}
