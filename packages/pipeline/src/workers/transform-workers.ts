import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Env } from '@thresher/runtime';
import { createTransformer, pagesTaken } from '../transform/transform.ts';
import type { Workshop } from './workshop.ts';

/** What a thread is given: it opens its own connections. */
export interface ThreadData {
  readonly env: Env;
  readonly alias: string;
  readonly logLevel: string;
}

/** A thread says when it has begun to work, and is told when to stop. */
export type ThreadMessage = 'working' | 'stop';

export interface TransformWorkers extends AsyncDisposable {
  /** Threads that work beside this one. */
  readonly threads: () => number;
}

/** Cores to work on unless told otherwise: all, up to eight, as each takes up to ten of PostgreSQL's usual hundred connections. */
export const usualWorkers = (): number => Math.min(availableParallelism(), 8);

/** A thread takes half a second to start, as long as this many pages take. */
const pagesBeforeThreads = 20;

/**
 * Takes pages off the queue and transforms them, on `workers` cores: here, and in threads besides once there turns out
 * to be enough to do. A thread that fails ends the process, as an error that nobody catches: its pages are done later.
 */
export async function startTransforming(workshop: Workshop, workers: number): Promise<TransformWorkers> {
  const { log } = workshop;
  const [db, search, queue] = [await workshop.db(), await workshop.search(), await workshop.queue()];
  const threads: Worker[] = [];
  let [pages, working] = [0, 0];
  let stopped = false;
  const start = (): void => {
    const thread = startThread(workshop);
    thread.once('message', () => working++);
    threads.push(thread);
  };
  const transform = createTransformer({ db, search, log });
  const here = queue.work(async (pageId) => {
    if (++pages === pagesBeforeThreads && !stopped) for (let n = 1; n < workers; n++) start();
    await transform(pageId);
  }, pagesTaken);
  return {
    threads: () => working,
    async [Symbol.asyncDispose]() {
      stopped = true;
      await Promise.all([here[Symbol.asyncDispose](), ...threads.map(stopThread)]);
    },
  };
}

function startThread({ env, alias, log }: Workshop): Worker {
  const workerData: ThreadData = { env: { ...env }, alias, logLevel: log.level };
  return new Worker(new URL('../../bin/transform-thread.ts', import.meta.url), { workerData, resourceLimits });
}

/** Pages are garbage soon: with more room for the young fewer of them are copied about. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

async function stopThread(thread: Worker): Promise<void> {
  const ended = once(thread, 'exit');
  thread.postMessage('stop' satisfies ThreadMessage);
  await ended;
}
