import { refresh } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import { completeRun, findRun, listRuns, runTotals, shortWindowsToCount } from '@thresher/store/harvest';
import type { Logger } from '@thresher/runtime';
import type { SearchTarget } from '../indexing/index-records.ts';
import { completeShortWindow } from './close-windows.ts';
import { problemsOf } from './run-problems.ts';
import { lookForVanished } from '../presence/vanished.ts';

export interface CompleteRunsDeps {
  readonly db: Db;
  readonly search: SearchTarget | null;
  readonly log: Logger;
}

/**
 * Counts windows of ended runs again that came short because records were not in SQL or search: those whose records have
 * arrived since become complete, and so does a run without other short or failed windows. Sends no request to the source.
 * Returns how many windows became complete.
 *
 * @param counted windows that were counted before, and are not counted again until more of their pages are transformed
 */
export async function completeRuns({ db, search, log }: CompleteRunsDeps, counted = new Map<number, string>()): Promise<number> {
  const windows = (await shortWindowsToCount(db, search !== null)).filter(({ id, progress }) => counted.get(id) !== progress);
  if (windows.length === 0) return 0;
  if (search !== null) await refresh(search.client, search.alias);
  const completed: number[] = [];
  for (const window of windows) {
    counted.set(window.id, window.progress);
    if (await completeShortWindow(db, search, window)) completed.push(window.run_id);
  }
  for (const run of new Set(completed)) await completeIfWhole(db, run, log);
  return completed.length;
}

async function completeIfWhole(db: Db, runId: number, log: Logger): Promise<void> {
  const [run, totals] = [await findRun(db, runId), await runTotals(db, runId)];
  if (run === undefined || totals.open + totals.short + totals.failed > 0) return;
  // What a later run has listed is newer.
  const isLast = (await listRuns(db, run.source_id, 1))[0]?.id === run.id;
  const vanished = isLast ? await lookForVanished(db, run) : null;
  const failure = [...problemsOf(totals), ...(vanished?.problems ?? [])].join('; ') || null;
  if (await completeRun(db, run.id, failure)) log.info({ run: run.id }, 'an incomplete run is complete: its records have arrived');
}
