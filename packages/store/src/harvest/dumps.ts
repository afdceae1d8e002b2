import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { lockRunning, isHeld } from './lease.ts';
import type { Run } from './runs.ts';
import { moveWindow, type Window } from './windows.ts';

/**
 * Runs that read a bulk file. Their windows are stretches of its documents in the order of the file: the next one is
 * made in the transaction that closes the one before, so until the file has ended there is always one that is open.
 */

/** How many documents of its file a run has read. */
export async function dumpedDocuments(db: Kysely<Database>, runId: number): Promise<number> {
  const { rows } = await sql<{
    n: number;
  }>`select coalesce(sum(received), 0)::bigint as n from harvest.window where run_id = ${runId}`.execute(db);
  return rows[0]!.n;
}

/** The digest of the part of the file that a run has read, as its last page stores it; null if there is none. */
export async function dumpDigest(db: Kysely<Database>, runId: number): Promise<string | null> {
  const { rows } = await sql<{ digest: string | null }>`
    select p.resumption_token as digest from harvest.page p join harvest.window w on w.id = p.window_id
    where w.run_id = ${runId} order by p.id desc limit 1`.execute(db);
  return rows[0]?.digest ?? null;
}

/** Closes a full window of a dump and opens the next, leased to the same reader. Undefined if its lease of the first has ended. */
export async function nextDumpWindow(db: Kysely<Database>, window: Window, distinct: number): Promise<Window | undefined> {
  const { rows } = await sql<Window>`
    with going_on as materialized (${lockRunning(window.run_id)}), closed as (
      update harvest.window w set state = 'walked', lease_owner = null, declared = ${distinct}, distinct_received = ${distinct}, failure = null
      from going_on where ${isHeld(window)} and w.run_id = going_on.id returning w.run_id
    )
    insert into harvest.window (run_id, state, attempt, lease_owner, lease_number, started_at)
    select run_id, 'walking', 1, ${window.lease_owner}, 1, now() from closed
    returning *`.execute(db);
  return rows[0];
}

/** Closes the last stretch. A file declares no size, so the number of its documents counts. Returns false if the lease has ended. */
export async function closeDumpWindow(db: Kysely<Database>, window: Window, distinct: number): Promise<boolean> {
  const found = { declared: distinct, distinct_received: distinct, failure: null };
  return moveWindow(db, window.id, 'walking', 'walked', found, window);
}

/** The newest run of a source that read this file; undefined if there was none. */
export async function lastDumpRun(db: Kysely<Database>, sourceId: number, location: string): Promise<Run | undefined> {
  return db
    .selectFrom('harvest.run')
    .selectAll()
    .where('source_id', '=', sourceId)
    .where('kind', '=', 'dump')
    .where(sql<string>`options ->> 'location'`, '=', location)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}
