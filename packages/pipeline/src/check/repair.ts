import type { Db } from '@thresher/store/database';
import { findRunningRun, listRuns, listWindows, reopenRun, type Run, type Source, type Window } from '@thresher/store/harvest';
import type { HarvestRequest } from '../harvest/run-harvest.ts';
import { requestOfRun } from '../harvest/request-of-run.ts';

/** The windows of the last run of a source cannot be walked again. The message says what to do instead. */
export class NotRepairableError extends Error {
  override readonly name = 'NotRepairableError';
}

/** A harvest that makes the last run complete, and the run that it repairs. */
export interface Repair {
  readonly run: Run;
  readonly request: HarvestRequest;
  /** Those that came short or failed; of a run that goes on, those that are not closed yet. */
  readonly windows: readonly Window[];
}

/**
 * Plans the short and failed windows of the last run of a source again; `runHarvest` with the request walks them, and
 * nothing else. An interrupted repair continues. Null: nothing is short.
 *
 * @throws NotRepairableError if there is no such run, or it ended otherwise.
 */
export async function planRepair(db: Db, source: Source): Promise<Repair | null> {
  const repair = await findRepair(db, source);
  if (repair?.run.state === 'incomplete') await reopenRun(db, repair.run);
  return repair;
}

/**
 * What `planRepair` would plan, without doing so.
 *
 * @throws NotRepairableError if there is no such run, or it ended otherwise.
 */
export async function findRepair(db: Db, source: Source): Promise<Repair | null> {
  const run = (await findRunningRun(db, source.id)) ?? (await lastRepairable(db, source.id)) ?? (await lastListRun(db, source.id));
  if (run === undefined) throw new NotRepairableError(`nothing was harvested from ${source.name} yet: thresher harvest ${source.name}`);
  if (run.kind === 'check')
    throw new NotRepairableError(`run ${run.id} of ${source.name} requests single records: continue it with the command that started it`);
  if (run.kind === 'dump')
    throw new NotRepairableError(
      `run ${run.id} of ${source.name} reads a dump: go on with it by thresher harvest ${source.name} --from-dump`,
    );
  const request = { ...requestOfRun(run), limit: null };
  if (run.state === 'running') return { run, request, windows: await listWindows(db, run.id, ['planned', 'walking', 'walked']) };
  if (run.state === 'complete') return null;
  if (run.state !== 'incomplete')
    throw new NotRepairableError(`run ${run.id} of ${source.name} was ${run.state}: thresher harvest ${source.name} begins a new one`);
  const windows = await listWindows(db, run.id, ['short', 'failed']);
  return windows.length > 0 ? { run, request, windows } : null;
}

/** A run that failed before any page arrived does not show what is short; the run before it does. */
async function lastRepairable(db: Db, sourceId: number): Promise<Run | undefined> {
  return (await listRuns(db, sourceId, mostChecks)).find((run) => run.kind !== 'check' && run.state !== 'failed');
}

/** How many runs of single records may lie behind one of lists. */
const mostChecks = 100;

/** The last run that walked lists: between two of them single records may have been asked for. Undefined if there is none. */
export async function lastListRun(db: Db, sourceId: number): Promise<Run | undefined> {
  return (await listRuns(db, sourceId, mostChecks)).find((run) => run.kind !== 'check');
}
