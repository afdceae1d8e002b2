import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresBackend, type Job, Queue, withBackend, Worker } from 'bullmq';
import { defaultWatch, watchedClient } from '@thresher/store/database';
import { Redis } from 'ioredis';
import { within } from './within.ts';

/** Where a queue lives: Redis if it has a URL, else PostgreSQL (schema `bullmq`). */
export interface QueueOptions {
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  /** The installation, if several share a server: part of the queue names, because PostgreSQL has no prefix. */
  readonly installation: string;
  readonly onError: (error: Error) => void;
  /** Delay before the first retry of a failed job, in milliseconds; each queue has its own default. */
  readonly retryMs?: number;
  /** How long PostgreSQL may take to accept a connection, in milliseconds; 5,000 unless specified. */
  readonly connectMs?: number;
}

/** Ids and words only: content never goes through a queue. */
export type JobData = Readonly<Record<string, number | string>>;

type Process = (job: Job<JobData, void>) => Promise<void>;
type JobQueue = Pick<
  Queue<JobData, void>,
  | 'addBulk'
  | 'getJobCountByTypes'
  | 'getJobCounts'
  | 'getJobState'
  | 'getRanges'
  | 'remove'
  | 'upsertJobScheduler'
  | 'removeJobScheduler'
  | 'getJobSchedulers'
>;

/** What both backends have in common: BullMQ's classes carry the backend in their type. Errors of connections go to `onError`. */
export interface Backend extends AsyncDisposable {
  /** Runs an operation on the queue. Throws the errors of the server and of its connection. */
  use<T>(what: (queue: JobQueue) => Promise<T>): Promise<T>;
  /** Processes jobs until it is disposed, which waits for active jobs. While the server is unavailable it retries. */
  work(process: Process, concurrency: number): AsyncDisposable;
}

/** Delay between attempts to reach an unavailable server, and so the longest delay of a worker's end. */
const AGAIN_MS = 1_000;

/**
 * The jobs of a worker that died are another's after `lockDuration` and `stalledInterval` at most. A thread renews its locks while it works, but not
 * while it maps a large page, which may take seconds on a busy machine.
 */
const workerOptions = { lockDuration: 10_000, stalledInterval: 2_000, maxStalledCount: 100, runRetryDelay: AGAIN_MS } as const;

/** How long the parts of a queue may take to close; jobs that are active then are repeated. */
const closeMs = 8_000;

/** BullMQ blocks for 10 s at most, and everything else is answered at once: longer silence is a connection that is dead. */
const silence = { keepAlive: 10_000, socketTimeout: 30_000, connectTimeout: 10_000 } as const;

/** Opens a queue of this installation, on Redis or PostgreSQL. */
export function openBackend(options: QueueOptions, purpose: 'transform' | 'schedule'): Backend {
  const name = `thresher-${options.installation}-${purpose}`;
  return options.redisUrl === undefined ? onPostgres(options, name) : onRedis(options, name, options.redisUrl);
}

function onRedis({ onError }: QueueOptions, name: string, url: string): Backend {
  // A producer fails at once when Redis is away; workers wait for it (BullMQ demands null of their connections).
  const producer = new Redis(url, { ...silence, maxRetriesPerRequest: 1, enableOfflineQueue: true });
  const consumer = new Redis(url, { ...silence, maxRetriesPerRequest: null });
  for (const connection of [producer, consumer]) connection.on('error', onError);
  const queue = new Queue<JobData, void>(name, { connection: producer });
  queue.on('error', onError);
  return {
    use: (what) => what(queue),
    work(process, concurrency) {
      const worker = new Worker<JobData, void>(name, process, { connection: consumer, concurrency, ...workerOptions });
      worker.on('error', onError);
      return {
        async [Symbol.asyncDispose]() {
          if (await within(closeMs, worker.close())) return;
          onError(new Error(`jobs of ${name} did not end within ${closeMs / 1_000} s: they are done again`));
          consumer.disconnect();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await within(closeMs, queue.close());
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

/**
 * BullMQ connects to PostgreSQL once. If that fails, its queue fails forever, and its worker retries without a pause,
 * which blocks the process; so both are created again until one is connected, and only then used.
 */
function onPostgres({ databaseUrl, onError, connectMs = 5_000 }: QueueOptions, name: string): Backend {
  const onPg = withBackend(createPostgresBackend);
  const connection = {
    connectionString: databaseUrl,
    schema: 'bullmq',
    migrate: true,
    max: 4,
    connectionTimeoutMillis: connectMs,
    Client: watchedClient(defaultWatch),
  };
  let opened: Promise<Connecting & JobQueue> | null = null;
  const open = () =>
    (opened ??= connected(new onPg.Queue<JobData, void>(name, { connection }), onError).catch((error: unknown) => {
      opened = null;
      throw error;
    }));
  return {
    use: async (what) => what(await open()),
    work(process, concurrency) {
      const options = { connection, concurrency, autorun: false, ...workerOptions };
      const stop = new AbortController();
      const worker = waitUntilOpen(() => connected(new onPg.Worker<JobData, void>(name, process, options), onError), onError, stop.signal);
      void worker.then((ready) => (stop.signal.aborted ? undefined : ready?.run())).catch(onError);
      return {
        async [Symbol.asyncDispose]() {
          stop.abort();
          await within(
            closeMs,
            worker.then((ready) => ready?.close()),
          );
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await within(
        closeMs,
        Promise.resolve(opened).then((queue) => queue?.close()),
      );
    },
  };
}

interface Connecting {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Not before it is connected, or has failed to: closed while it connects, it leaves connections behind that keep its thread or process from ending. */
async function connected<T extends Connecting>(part: T, onError: (error: Error) => void): Promise<T> {
  part.on('error', onError);
  try {
    await part.waitUntilReady();
    return part;
  } catch (error) {
    await part.close();
    throw error;
  }
}

/** The result of `open` once it succeeds; null if the signal comes first. */
async function waitUntilOpen<T>(open: () => Promise<T>, onError: (error: Error) => void, signal: AbortSignal): Promise<T | null> {
  while (!signal.aborted) {
    try {
      return await open();
    } catch (error) {
      onError(error as Error);
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }
  return null;
}
