import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@thresher/runtime';
import { startThread, type TransformThread } from './transform-thread.ts';
import type { Resources } from './resources.ts';

export interface TransformWorkers extends AsyncDisposable {
  /** Threads that work. */
  readonly threads: () => number;
}

/** Cores to work on unless specified: all, up to eight, as each takes up to ten of PostgreSQL's usual hundred connections. */
export const defaultWorkers = (): number => Math.min(availableParallelism(), 8);

/** A thread takes half a second to start, as long as this many pages take: the others are started after these. */
const pagesBeforeThreads = 20;

const lookEveryMs = 1_000;

/**
 * Takes pages off the queue and transforms them in threads: one, and up to `workers` once there turns out to be enough to
 * do. This thread only watches: one that dies (out of memory, say), or gives no sign of life for `TRANSFORM_STUCK_SECONDS`,
 * is replaced, and the pages it was at are done by others, each in its own process. A thread that dies before it has worked
 * ends this process, as an error that nobody catches: another one would die too.
 */
export async function startTransforming(resources: Resources, workers: number): Promise<TransformWorkers> {
  const { log } = resources;
  // The schema and the index are checked here, so that a missing one is reported once.
  await Promise.all([resources.db(), resources.search(), resources.queue()]);
  const { stuckSeconds } = readConfig(resources.env, ['limits']).limits;
  const threads = new Set<TransformThread>();
  const stop = new AbortController();
  const start = (): void => {
    const thread = startThread(resources);
    threads.add(thread);
    void thread.ended.then(async (death) => {
      threads.delete(thread);
      if (stop.signal.aborted) return;
      if (!thread.hasWorked()) throw new Error('a transform thread could not start', { cause: death });
      log.error({ err: death }, 'a transform thread died: its pages are done again, each in its own process');
      await sleep(lookEveryMs, undefined, { signal: stop.signal }).catch(() => {});
      if (!stop.signal.aborted) start();
    });
  };
  const watch = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await sleep(lookEveryMs, undefined, { signal: stop.signal }).catch(() => {});
      for (const thread of threads) if (thread.silentLooks() > (stuckSeconds * 1_000) / lookEveryMs) thread.kill(stuckSeconds);
      const begun = [...threads].reduce((sum, thread) => sum + thread.pagesBegun(), 0);
      if (begun >= pagesBeforeThreads && !stop.signal.aborted) while (threads.size < workers) start();
    }
  };
  start();
  const watching = watch();
  return {
    threads: () => [...threads].filter((thread) => thread.hasWorked()).length,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
      await Promise.all([...threads].map((thread) => thread.stop(stuckSeconds)));
    },
  };
}
