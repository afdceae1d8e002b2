import { setTimeout as sleep } from 'node:timers/promises';
import { createReport } from '@thresher/runtime';
import {
  clearIndexingFault,
  countOpenWindows,
  countPendingPages,
  findIndexingFault,
  type Run,
  runTotals,
  type RunTotals,
} from '@thresher/store/harvest';
import type { HarvestDeps } from '../harvest-deps.ts';
import { closeWindows } from './close-windows.ts';
import { createWakeSignal } from '../walk/wake-signal.ts';
import { runEnded } from '../walk/walk-run.ts';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';
import { sweep } from '../queue/sweep.ts';
import { createIndexingGate } from '../indexing/indexing-gate.ts';
import { finishReindex } from '../indexing/reindex.ts';
import { withIndex } from '../indexing/restore-index.ts';
import { searchFault, throwIfRefused } from '../indexing/search-fault.ts';
import { sendIfOpen } from '../indexing/until-indexed.ts';

export interface Progress extends RunTotals {
  readonly requests: number;
  /** Pages and records that arrived and are not done yet. */
  readonly pendingPages: number;
  readonly pendingRecords: number;
  /** The current rate limit; null: none known. */
  readonly perMinute: number | null;
  /** A message that says why pages wait; null if they do not. */
  readonly waitingFor: string | null;
}

const tendEveryMs = 1_000;

/** Maintains a run until it is disposed. */
export interface RunMaintenance extends AsyncDisposable {
  /** Runs as soon as possible, instead of in a second. */
  lookNow(): void;
}

/**
 * Maintains a run while it is active: closes windows whose pages are done, repairs the queue, sends missing documents to the index,
 * reports the progress.
 */
export function maintainRun(
  deps: HarvestDeps,
  run: Run,
  hostRateLimit: Pick<HostRateLimit, 'perMinute'>,
  onProgress: (progress: Progress) => void,
): RunMaintenance {
  const { db, search } = deps;
  const report = createReport(deps.log);
  const stop = new AbortController();
  const gate = createIndexingGate(deps);
  const bell = createWakeSignal();
  let begun = false;
  const look = async (): Promise<void> => {
    try {
      // The fault that an earlier command noted may be gone; a worker notes it again if not.
      if (!begun) await clearIndexingFault(db);
      begun = true;
      await sweep({ ...deps, searchable: search !== null });
      if (search !== null && gate.isOpen()) await finishReindex({ db, search, log: deps.log }, stop.signal);
      await sendIfOpen(deps, gate);
      const finish = () => closeWindows(db, search, run.source_id, run.id);
      if (search === null) await finish();
      else if (gate.isOpen()) await withIndex(deps, search, finish);
    } catch (error) {
      const fault = searchFault(error);
      if (fault !== null) await gate.failed(fault).catch(() => {});
      else report(error, 'could not look after the run; trying again');
    }
    await progressOf(deps, run, hostRateLimit)
      .then(onProgress)
      .catch((error: unknown) => report(error, 'the progress of the run could not be read'));
  };
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await look();
      await bell.wait(tendEveryMs, stop.signal);
    }
    await look();
  })();
  return {
    lookNow: bell.ring,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop;
    },
  };
}

async function progressOf(deps: HarvestDeps, run: Run, hostRateLimit: Pick<HostRateLimit, 'perMinute'>): Promise<Progress> {
  const totals = await runTotals(deps.db, run.id);
  const pending = await countPendingPages(deps.db, deps.search !== null, run.id);
  const fault = deps.search === null ? null : await findIndexingFault(deps.db);
  return {
    ...totals,
    pendingPages: pending.count,
    pendingRecords: pending.records,
    perMinute: hostRateLimit.perMinute(),
    waitingFor: fault?.reason ?? pending.failure,
  };
}

/**
 * Waits until every window is closed and every page is done; if the run was cut short, only for the pages. `maintenance` closes
 * the windows; it is notified when the pages are done.
 *
 * @throws RunEndedError if the run was dropped: its windows are no longer closed. SearchRefusedError if only a
 * person can help: the run can be continued. The signal's reason.
 */
export async function waitUntilWindowsClose(
  { db, search }: HarvestDeps,
  run: Run,
  maintenance: Pick<RunMaintenance, 'lookNow'>,
  cutShort: boolean,
  signal: AbortSignal,
): Promise<void> {
  let before = Infinity;
  for (;;) {
    const windows = cutShort ? 0 : await countOpenWindows(db, run.id, ['planned', 'walking', 'walked']);
    if (windows === null) throw runEnded(run.id);
    // A window that came short is closed at once, while its pages may still be waiting.
    const pages = (await countPendingPages(db, search !== null, run.id)).count;
    if (windows === 0 && pages === 0) return;
    if (search !== null) throwIfRefused(await findIndexingFault(db));
    if (pages === 0 && before > 0) maintenance.lookNow();
    before = pages;
    await sleep(100, undefined, { signal });
  }
}
