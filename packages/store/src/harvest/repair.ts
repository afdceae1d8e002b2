import type { Kysely } from 'kysely';
import type { Database } from '../database/db.ts';
import { reopenRun } from './coverage.ts';
import { findRunningRun, listRuns, type Run } from './runs.ts';
import type { Source } from './sources.ts';
import { listWindows, type Window } from './windows.ts';

/** The windows of the last run of a source cannot be walked again. The message says what to do instead. */
export class NotRepairableError extends Error {
  override readonly name = 'NotRepairableError';
}

/** A run that comes short, and what is walked again to make it complete. */
export interface ShortRun {
  readonly run: Run;
  /** Those that came short or failed; of a run that goes on, those that are not closed yet. */
  readonly windows: readonly Window[];
}

/**
 * The last run of a source with its windows that come short. Null: nothing is short.
 *
 * @throws NotRepairableError if there is no such run, or it ended otherwise.
 */
export async function findShortRun(db: Kysely<Database>, source: Pick<Source, 'id' | 'name'>): Promise<ShortRun | null> {
  const run = (await findRunningRun(db, source.id)) ?? (await lastRepairable(db, source.id)) ?? (await lastListRun(db, source.id));
  if (run === undefined) throw new NotRepairableError(`nothing was harvested from ${source.name} yet: thresher harvest ${source.name}`);
  if (run.kind === 'check')
    throw new NotRepairableError(`run ${run.id} of ${source.name} requests single records: continue it with the command that started it`);
  if (run.kind === 'dump')
    throw new NotRepairableError(
      `run ${run.id} of ${source.name} reads a dump: go on with it by thresher harvest ${source.name} --from-dump`,
    );
  if (run.state === 'running') return { run, windows: await listWindows(db, run.id, ['planned', 'walking', 'walked']) };
  if (run.state === 'complete') return null;
  if (run.state !== 'incomplete')
    throw new NotRepairableError(`run ${run.id} of ${source.name} was ${run.state}: thresher harvest ${source.name} begins a new one`);
  const windows = await listWindows(db, run.id, ['short', 'failed']);
  return windows.length > 0 ? { run, windows } : null;
}

/** Plans the windows again that `findShortRun` finds, and returns them. A harvester process walks them. Throws as that does. */
export async function planShortRun(db: Kysely<Database>, source: Pick<Source, 'id' | 'name'>): Promise<ShortRun | null> {
  const found = await findShortRun(db, source);
  if (found?.run.state === 'incomplete') await reopenRun(db, found.run);
  return found;
}

/** A run that failed before any page arrived does not show what is short; the run before it does. */
async function lastRepairable(db: Kysely<Database>, sourceId: number): Promise<Run | undefined> {
  return (await listRuns(db, sourceId, mostChecks)).find((run) => run.kind !== 'check' && run.state !== 'failed');
}

/** How many runs of single records may lie behind one of lists. */
const mostChecks = 100;

/** The last run that walked lists: between two of them single records may have been asked for. Undefined if there is none. */
export async function lastListRun(db: Kysely<Database>, sourceId: number): Promise<Run | undefined> {
  return (await listRuns(db, sourceId, mostChecks)).find((run) => run.kind !== 'check');
}
