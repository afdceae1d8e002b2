import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Env, type Measurement, passOn, readConfig } from '@thresher/runtime';
import type { Resources } from './resources.ts';

/** What a thread is given: it opens its own connections. */
export interface ThreadData {
  readonly env: Env;
  readonly alias: string;
  readonly logLevel: string;
  /** Shared with the thread that started it: see `counters`. */
  readonly counters: SharedArrayBuffer;
}

/** Places in `ThreadData.counters`: turns of the thread's event loop, about one a second, and pages it has begun. */
export const counters = { alive: 0, pages: 1 } as const;

/** A thread reports its start and its measurements. Its parent sends `stop`. */
export type ThreadMessage = 'working' | 'stop' | { readonly measured: Measurement };

/** A thread that transforms pages, as the thread that started it sees it. */
export interface TransformThread {
  /** Resolves to its error when it has ended. */
  readonly ended: Promise<Error>;
  /** Whether it has begun to take pages. */
  readonly hasWorked: () => boolean;
  readonly pagesBegun: () => number;
  /** How many times in a row this was asked and found no sign of life since the time before. 0 while it starts. */
  readonly silentLooks: () => number;
  /** Ends it in the middle of what it does. */
  readonly kill: (afterSeconds: number) => void;
  /** Lets it finish what it is at; kills it after this many seconds. Resolves when it has ended. */
  readonly stop: (patienceSeconds: number) => Promise<void>;
}

/** Pages are garbage soon: with more room for the young fewer of them are copied about. */
const maxYoungGenerationSizeMb = 96;

const usualProgram = new URL('../../bin/transform-thread.ts', import.meta.url);

/** Starts `bin/transform-thread.ts` with a heap of `TRANSFORM_HEAP_MB`: if that is full, the thread dies and not the process. */
export function startThread({ env, alias, log }: Resources, program: URL = usualProgram): TransformThread {
  const { heapMegabytes } = readConfig(env, ['limits']).limits;
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const seen = new Int32Array(shared);
  const workerData: ThreadData = { env: { ...env }, alias, logLevel: log.level, counters: shared };
  const worker = new Worker(program, {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: Math.min(maxYoungGenerationSizeMb, heapMegabytes), maxOldGenerationSizeMb: heapMegabytes },
  });
  const { promise: ended, resolve } = Promise.withResolvers<Error>();
  let [worked, death] = [false, null as Error | null];
  worker.on('message', (message: ThreadMessage) => {
    if (typeof message === 'object') passOn(message.measured);
    else worked = true;
  });
  worker.once('error', (error: Error) => (death ??= error));
  worker.once('exit', (code) => resolve(death ?? new Error(`a transform thread ended with exit code ${code}`)));
  let [last, silent] = [-1, 0];
  const kill = (afterSeconds: number): void => {
    death ??= new Error(`a transform thread did not respond for ${afterSeconds} s and was ended`);
    void worker.terminate();
  };
  return {
    ended,
    hasWorked: () => worked,
    pagesBegun: () => Atomics.load(seen, counters.pages),
    silentLooks: () => {
      const now = Atomics.load(seen, counters.alive);
      silent = now !== last || !worked ? 0 : silent + 1;
      last = now;
      return silent;
    },
    kill,
    async stop(patienceSeconds) {
      worker.postMessage('stop' satisfies ThreadMessage);
      const done = new AbortController();
      const impatient = sleep(patienceSeconds * 1_000, undefined, { signal: done.signal }).then(
        () => kill(patienceSeconds),
        () => {},
      );
      await ended;
      done.abort();
      await impatient;
    },
  };
}
