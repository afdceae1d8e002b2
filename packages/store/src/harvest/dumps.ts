import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import type { Run } from './runs.ts';
import { moveWindow, type Window } from './windows.ts';

/**
 * Runs that read a bulk file. Their windows are stretches of its documents in the order of the file: the next one is
 * made in the transaction that closes the one before, so until the file has ended there is always one that is open.
 */

/** How many documents of its file a run has taken in. */
export async function dumpedDocuments(db: Kysely<Database>, runId: number): Promise<number> {
  const { rows } = await sql<{
    n: number;
  }>`select coalesce(sum(received), 0)::bigint as n from harvest.window where run_id = ${runId}`.execute(db);
  return rows[0]!.n;
}

/** Closes a full stretch and opens the next, held by the same reader. Undefined if the first was not held any more. */
export async function turnDumpWindow(db: Kysely<Database>, window: Window, owner: number, distinct: number): Promise<Window | undefined> {
  return db.transaction().execute(async (trx) => {
    if (!(await closeDumpWindow(trx, window, owner, distinct))) return undefined;
    return await trx
      .insertInto('harvest.window')
      .values({ run_id: window.run_id, state: 'walking', attempt: 1, lease_owner: owner, started_at: new Date() })
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** Closes the last stretch. A file declares nothing: what was in it is what counts. False if it was not held any more. */
export async function closeDumpWindow(db: Kysely<Database>, window: Window, owner: number, distinct: number): Promise<boolean> {
  const found = { declared: distinct, distinct_received: distinct, failure: null };
  return moveWindow(db, window.id, 'walking', 'walked', found, { lease_owner: owner, attempt: window.attempt });
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
