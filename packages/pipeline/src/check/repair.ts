import type { Db } from '@thresher/store/database';
import { findShortRun, planShortRun, type ShortRun, type Source } from '@thresher/store/harvest';
import type { HarvestRequest } from '../harvest/run-harvest.ts';
import { requestOfRun } from '../harvest/request-of-run.ts';

/** A harvest that makes the last run complete, and the run that it repairs. */
export interface Repair extends ShortRun {
  readonly request: HarvestRequest;
}

const toRepair = (found: ShortRun | null): Repair | null =>
  found === null ? null : { ...found, request: { ...requestOfRun(found.run), limit: null } };

/**
 * Plans the short and failed windows of the last run of a source again; `runHarvest` with the request walks them, and
 * nothing else. An interrupted repair continues. Null: nothing is short.
 *
 * @throws NotRepairableError if there is no such run, or it ended otherwise.
 */
export async function planRepair(db: Db, source: Source): Promise<Repair | null> {
  return toRepair(await planShortRun(db, source));
}

/**
 * What `planRepair` would plan, without doing so.
 *
 * @throws NotRepairableError if there is no such run, or it ended otherwise.
 */
export async function findRepair(db: Db, source: Source): Promise<Repair | null> {
  return toRepair(await findShortRun(db, source));
}
