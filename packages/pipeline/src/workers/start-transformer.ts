import { setTimeout as sleep } from 'node:timers/promises';
import { createReport, measure } from '@thresher/runtime';
import { completeRuns } from '../harvest/complete-runs.ts';
import { createIndexingGate } from '../indexing/indexing-gate.ts';
import { finishReindex } from '../indexing/reindex.ts';
import { sendIfOpen } from '../indexing/until-indexed.ts';
import type { PageQueue } from '../queue/page-queue.ts';
import { sweep } from '../queue/sweep.ts';
import { startTransforming } from './transform-workers.ts';
import { waitUntilOpen } from './wait-until-open.ts';
import type { Resources } from './resources.ts';

const sweepEveryMs = 5_000;

/** Reports how many jobs are in the queue, or that it does not answer: the sweep says why. */
async function measureQueue(queue: PageQueue): Promise<void> {
  const counts = await queue.counts().catch(() => null);
  measure('serverUp', { server: 'queue' }, counts === null ? 0 : 1);
  for (const [state, jobs] of Object.entries(counts ?? {})) measure('queueJobs', { state }, jobs);
}

/** Transforms pages until the signal, on `workers` cores, puts back what the queue lost, and completes runs whose records have arrived. */
export async function startTransformer(resources: Resources, workers: number, signal: AbortSignal): Promise<void> {
  const { log } = resources;
  const report = createReport(log);
  const [db, search, queue] = await waitUntilOpen(
    async () => [await resources.db(), await resources.search(), await resources.queue()] as const,
    report,
    signal,
  );
  await using _ = await startTransforming(resources, workers);
  const gate = createIndexingGate({ db, log });
  const counted = new Map<number, string>();
  log.info({ workers }, 'transforming pages');
  while (!signal.aborted) {
    await measureQueue(queue);
    await sweep({ db, queue, log, searchable: search !== null }).catch((error: unknown) => report(error, 'the sweep failed'));
    if (search !== null && gate.isOpen())
      await finishReindex({ db, search, log }, signal).catch((error: unknown) => report(error, 'a reindex could not be ended'));
    await sendIfOpen({ db, log, search }, gate).catch((error: unknown) => report(error, 'the index is behind'));
    if (gate.isOpen())
      await completeRuns({ db, search, log }, counted).catch((error: unknown) =>
        report(error, 'windows that came short could not be counted again'),
      );
    await sleep(sweepEveryMs, undefined, { signal }).catch(() => {});
  }
}
