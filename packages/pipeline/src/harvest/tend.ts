import { setTimeout as sleep } from 'node:timers/promises';
import type { OaiClient } from '@thresher/oai';
import type { Logger } from '@thresher/runtime';
import { countOpenWindows, countPendingPages, type Db, type Run, runTotals, type RunTotals } from '@thresher/store';
import { finishWindows } from './finish.ts';
import { runEnded } from './harvest.ts';
import type { Pacer } from './pacer.ts';
import type { PageQueue } from '../queue/queue.ts';
import { sweep } from '../queue/sweep.ts';
import { type SearchTarget, sendUnindexed } from '../indexing/index-records.ts';

export interface HarvestDeps {
  readonly db: Db;
  readonly client: OaiClient;
  readonly queue: PageQueue;
  readonly search: SearchTarget | null;
  readonly log: Logger;
}

export interface Progress extends RunTotals {
  readonly requests: number;
  /** Pages and records that arrived and are not through yet. */
  readonly pendingPages: number;
  readonly pendingRecords: number;
  /** The pace in force; null: no limit known. */
  readonly perMinute: number | null;
}

const tendEveryMs = 1_000;

/**
 * Looks after a run while it goes on: closes windows that are through, mends the queue, sends the index what it missed,
 * tells the progress.
 */
export function tend(
  deps: HarvestDeps,
  run: Run,
  pacer: Pick<Pacer, 'perMinute'>,
  onProgress: (progress: Progress) => void,
): AsyncDisposable {
  const stop = new AbortController();
  const look = async (): Promise<void> => {
    try {
      await sweep({ ...deps, searchable: deps.search !== null });
      if (deps.search !== null) await sendUnindexed(deps.db, deps.search);
      await finishWindows(deps.db, deps.search, run.source_id, run.id);
      onProgress(await progressOf(deps, run, pacer));
    } catch (error) {
      deps.log.warn({ err: error }, 'could not look after the run; trying again');
    }
  };
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await look();
      await sleep(tendEveryMs, undefined, { signal: stop.signal }).catch(() => {});
    }
    await look();
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop;
    },
  };
}

async function progressOf(deps: HarvestDeps, run: Run, pacer: Pick<Pacer, 'perMinute'>): Promise<Progress> {
  const totals = await runTotals(deps.db, run.id);
  const pending = await countPendingPages(deps.db, deps.search !== null, run.id);
  return { ...totals, pendingPages: pending.count, pendingRecords: pending.records, perMinute: pacer.perMinute() };
}

/**
 * Waits until every window is closed, or, where the run was cut short, until every page is through.
 *
 * @throws RunEndedError where somebody has dropped the run: its windows are not closed any more.
 */
export async function untilThrough(deps: HarvestDeps, run: Run, cutShort: boolean, signal: AbortSignal): Promise<void> {
  const open = async (): Promise<number | null> =>
    cutShort
      ? (await countPendingPages(deps.db, deps.search !== null, run.id)).count
      : countOpenWindows(deps.db, run.id, ['planned', 'walking', 'walked']);
  for (;;) {
    const left = await open();
    if (left === null) throw runEnded(run.id);
    if (left === 0) return;
    await sleep(200, undefined, { signal });
  }
}
