import { setTimeout as sleep } from 'node:timers/promises';
import { walksNeeded } from '@thresher/oai';
import { addRequests, countWindows, type Db, leaseWindow, type Run } from '@thresher/store';
import type { Logger } from '@thresher/runtime';
import { takeIdentity } from './identity.ts';
import type { Meter } from './meter.ts';
import { type Ground, walkWindow, type WalkDeps } from './walk-window.ts';

export interface HarvestOptions {
  /** Most lists walked at a time. */
  readonly concurrency: number;
  /** Milliseconds between looks at the ledger while nothing can be walked. */
  readonly pollMs?: number;
}

/**
 * Walks the windows of a run until none is left to walk, as many at a time as the pace needs. Several processes may do
 * so at once; windows of one that died are taken over. Windows may remain short or failed: the ledger says so.
 *
 * @throws HarvestStoppedError when the server refuses, UnselectiveError when windows are no use, the signal's reason.
 */
export async function walkRun(deps: WalkDeps, ground: Omit<Ground, 'owner'>, options: HarvestOptions, signal: AbortSignal): Promise<void> {
  await using identity = await takeIdentity(deps.db, deps.log);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const walks = new Set<Promise<void>>();
  const telling = setInterval(() => void tellRequests(deps.db, ground.run, deps.meter, deps.log), 2_000);
  let failure: Error | undefined;
  const start = async (): Promise<boolean> => {
    const window = await leaseWindow(deps.db, ground.run.id, identity.owner);
    if (window === undefined) return false;
    const walk = walkWindow(deps, { ...ground, owner: identity.owner }, window, both)
      .catch((error: unknown) => {
        failure ??= error as Error;
        stop.abort(error);
      })
      .finally(() => walks.delete(walk));
    walks.add(walk);
    return true;
  };
  try {
    for (;;) {
      const wanted = walksNeeded(deps.pacer.perMinute(), deps.meter.latencyMs(), options.concurrency);
      while (walks.size < wanted && !both.aborted && (await start()));
      if (both.aborted) break;
      if (walks.size > 0) await Promise.race([...walks, sleep(options.pollMs ?? 500, undefined, { signal: both }).catch(() => {})]);
      else if ((await countWindows(deps.db, ground.run.id, ['planned', 'walking'])) === 0) break;
      else await sleep(options.pollMs ?? 500, undefined, { signal: both }).catch(() => {});
    }
  } finally {
    stop.abort(failure ?? new Error('the run has ended'));
    await Promise.allSettled(walks);
    clearInterval(telling);
    await tellRequests(deps.db, ground.run, deps.meter, deps.log);
  }
  signal.throwIfAborted();
  if (failure !== undefined) throw failure;
}

async function tellRequests(db: Db, run: Run, meter: Meter, log: Logger): Promise<void> {
  const requests = meter.takeRequests();
  if (requests === 0) return;
  await addRequests(db, run.id, requests).catch((error: unknown) => log.warn({ err: error }, 'requests were not counted'));
}
