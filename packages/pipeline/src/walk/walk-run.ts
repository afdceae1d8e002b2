import { setTimeout as sleep } from 'node:timers/promises';
import { walksNeeded } from '@thresher/oai';
import { createReport } from '@thresher/runtime';
import { DatabaseAwayError, isLostConnection, retryLost } from '@thresher/store/database';
import { addRequests, countOpenWindows, leaseWindow } from '@thresher/store/harvest';
import { createWakeSignal } from './wake-signal.ts';
import { openLeaseSession } from './lease-session.ts';
import { type RunContext, walkWindow, type WalkDeps } from './walk-window.ts';

export interface HarvestOptions {
  /** Most lists walked at a time. */
  readonly concurrency: number;
  /** Milliseconds between looks at the ledger while nothing can be walked. */
  readonly pollMs?: number;
}

/** The run has ended although it was not through: somebody has dropped it. */
export class RunEndedError extends Error {
  override readonly name = 'RunEndedError';
}

export const runEnded = (runId: number): RunEndedError => new RunEndedError(`run ${runId} was ended by another command`);

const pollMs = 500;
const tellEveryMs = 2_000;

/**
 * Walks the windows of a run until none is left to walk, as many at a time as the pace needs. Several processes may do
 * so at once; windows of one that died are taken over. Windows may remain short or failed: the ledger says so.
 *
 * @throws HarvestStoppedError when the server refuses, UnselectiveError when windows are no use, RunEndedError when the run
 * was dropped meanwhile, the signal's reason.
 */
export async function walkRun(deps: WalkDeps, context: RunContext, options: HarvestOptions, signal: AbortSignal): Promise<void> {
  await using identity = await openLeaseSession(deps.db, deps.log);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const walks = new Map<number, Promise<void>>();
  const bell = createWakeSignal();
  const report = createReport(deps.log);
  const lost = (error: unknown): void => report(error, 'a database connection was lost: its window is walked on with another');
  let failure: Error | undefined;
  const fail = (error: unknown): void => {
    failure ??= error as Error;
    stop.abort(error);
  };
  const telling = setInterval(() => void tellRequests(deps, context.run.id, fail), tellEveryMs);
  const start = async (): Promise<boolean> => {
    // Leased twice it is the same window: this harvester's own that it does not walk is free to it. One that it walks is not, as two
    // walks of a window in one harvester would end each other's leases for ever.
    const lease = () => leaseWindow(deps.db, context.run.id, identity.owner, [...walks.keys()]);
    const window = await retryLost(lease, lost, both);
    if (window === undefined) return false;
    const walk = walkWindow(deps, context, window, both)
      .catch(async (error: unknown) => {
        if (!isLostConnection(error) || error instanceof DatabaseAwayError) return fail(error);
        lost(error);
        await sleep(pollMs, undefined, { signal: both }).catch(() => {});
      })
      .finally(() => {
        walks.delete(window.id);
        bell.ring();
      });
    walks.set(window.id, walk);
    return true;
  };
  try {
    for (;;) {
      const wanted = walksNeeded(deps.hostRateLimit.perMinute(), deps.requestStats.latencyMs(), options.concurrency);
      while (walks.size < wanted && !both.aborted && (await start()));
      if (both.aborted) break;
      const left = walks.size > 0 ? walks.size : await countOpenWindows(deps.db, context.run.id, ['planned', 'walking']);
      if (left === null) throw runEnded(context.run.id);
      if (left === 0) break;
      await bell.wait(options.pollMs ?? pollMs, both);
    }
  } finally {
    stop.abort(failure ?? new Error('the run has ended'));
    await Promise.allSettled(walks.values());
    clearInterval(telling);
    await tellRequests(deps, context.run.id, () => {});
  }
  signal.throwIfAborted();
  if (failure !== undefined) throw failure;
}

/** Adds to the ledger what was sent, and stops the walks of a run that has ended: one that waits for its pace would not notice. */
async function tellRequests({ db, requestStats, log }: WalkDeps, runId: number, stop: (error: Error) => void): Promise<void> {
  const requests = requestStats.takeRequests();
  try {
    if (!(await addRequests(db, runId, requests))) stop(runEnded(runId));
  } catch (error) {
    log.warn({ err: error }, 'requests were not counted');
  }
}
