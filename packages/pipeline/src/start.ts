import { setTimeout as sleep } from 'node:timers/promises';
import { findSourceById, listRunningRuns, type Run } from '@thresher/store';
import { requestOfRun } from './request-of-run.ts';
import { runHarvest } from './run-harvest.ts';
import { sweep } from './sweep.ts';
import { transformPage } from './transform.ts';
import type { Workshop } from './workshop.ts';

const sweepEveryMs = 5_000;
const lookEveryMs = 2_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});

/** Transforms pages until the signal, `workers` at a time, and puts back what the queue lost. */
export async function startTransformer(workshop: Workshop, workers: number, signal: AbortSignal): Promise<void> {
  const { log } = workshop;
  const [db, search, queue] = [await workshop.db(), await workshop.search(), workshop.queue()];
  await using _ = queue.work((pageId) => transformPage({ db, search, log }, pageId), workers);
  log.info({ workers }, 'transforming pages');
  while (!signal.aborted) {
    await sweep({ db, queue, log, searchable: search !== null }).catch((error: unknown) => log.warn({ err: error }, 'the sweep failed'));
    await pause(sweepEveryMs, signal);
  }
}

/**
 * Works on every run that is not finished until the signal: those begun with `harvest --detach`, by a schedule, and those
 * whose process died. A run that fails is tried again after a while.
 */
export async function startHarvester(workshop: Workshop, signal: AbortSignal): Promise<void> {
  const { log } = workshop;
  const db = await workshop.db();
  const working = new Map<number, Promise<void>>();
  log.info('harvesting');
  while (!signal.aborted) {
    for (const run of await listRunningRuns(db))
      if (!working.has(run.id)) working.set(run.id, workOn(workshop, run, signal).finally(() => working.delete(run.id)));
    await pause(lookEveryMs, signal);
  }
  await Promise.allSettled(working.values());
}

const failurePauseMs = 60_000;

async function workOn(workshop: Workshop, run: Run, signal: AbortSignal): Promise<void> {
  const log = workshop.log.child({ run: run.id });
  try {
    const db = await workshop.db();
    const source = await findSourceById(db, run.source_id);
    const deps = { db, client: workshop.client(source.base_url), queue: workshop.queue(), search: await workshop.search(), log };
    const { state, totals, failure } = await runHarvest(deps, source, requestOfRun(run), () => {}, signal);
    log.info({ state, failure, ...totals }, 'run ended');
  } catch (error) {
    if (signal.aborted) return;
    log.error({ err: error }, 'the run stands still');
    await pause(failurePauseMs, signal);
  }
}
