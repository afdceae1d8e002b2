import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/**
 * Pauses a source: its processes send it no further request, and keep their places in its lists. False if it was paused
 * before.
 */
export async function pauseSource(db: Kysely<Database>, sourceId: number): Promise<boolean> {
  const { numAffectedRows = 0n } =
    await sql`update harvest.source set paused_at = now() where id = ${sourceId} and paused_at is null`.execute(db);
  return numAffectedRows > 0n;
}

/** Ends the pause of a source. False if it was not paused. */
export async function resumeSource(db: Kysely<Database>, sourceId: number): Promise<boolean> {
  const { numAffectedRows = 0n } =
    await sql`update harvest.source set paused_at = null where id = ${sourceId} and paused_at is not null`.execute(db);
  return numAffectedRows > 0n;
}

/** Whether a source is paused. A source that was removed is not. */
export async function isPaused(db: Kysely<Database>, sourceId: number): Promise<boolean> {
  const { rows } = await sql`select from harvest.source where id = ${sourceId} and paused_at is not null`.execute(db);
  return rows.length > 0;
}
