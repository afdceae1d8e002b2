import type { Kysely } from 'kysely';
import type { Database } from '../database/db.ts';
import type { ScheduleKind } from '../database/harvest-schema.ts';

/** A run that a person asked for, which a harvester process has not begun yet. */
export interface AskedRun {
  readonly sourceId: number;
  readonly kind: ScheduleKind;
  readonly askedAt: Date;
}

/** Asks the harvester to begin a run, as a schedule does. Asked twice it is one run. */
export async function askForRun(db: Kysely<Database>, sourceId: number, kind: ScheduleKind): Promise<void> {
  await db
    .insertInto('harvest.asked_run')
    .values({ source_id: sourceId, kind })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The runs that were asked for, the oldest first. */
export async function listAskedRuns(db: Kysely<Database>): Promise<AskedRun[]> {
  return db.selectFrom('harvest.asked_run').select(['source_id as sourceId', 'kind', 'asked_at as askedAt']).orderBy('asked_at').execute();
}

/** Removes a run that is queued or no longer wanted. False if there was none. */
export async function removeAskedRun(db: Kysely<Database>, { sourceId, kind }: Pick<AskedRun, 'sourceId' | 'kind'>): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('harvest.asked_run')
    .where('source_id', '=', sourceId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
