import { createPostgresBackend, Queue, Worker, withBackend, type Job } from 'bullmq';
import { Redis } from 'ioredis';

/** Where the queue lives: Redis if it has a URL, else PostgreSQL (schema `bullmq`). */
export interface QueueOptions {
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  /** Whose queues they are, where several installations share a server: part of their names, as PostgreSQL knows no prefix. */
  readonly installation: string;
  readonly onError: (error: Error) => void;
  /** Before a job that failed comes again the first time, in milliseconds; each queue has a measure of its own. */
  readonly retryMs?: number;
}

/** The queue of pages that wait for their transform. A job is a page id: content never goes through the queue. */
export interface PageQueue extends AsyncDisposable {
  /** Adding a page that is in the queue already changes nothing. */
  add(pageIds: readonly number[]): Promise<void>;
  /** Jobs that wait, are delayed or are being worked on. */
  count(): Promise<number>;
  /** Starts to work. An error thrown by `handle` sends the job back with a growing delay, five times at most. */
  work(handle: (pageId: number) => Promise<void>, concurrency: number): AsyncDisposable;
}

/** Ids and words only: content never goes through a queue. */
export type JobData = Readonly<Record<string, number | string>>;

/** How a job is kept. It vanishes when it ends, well or not: what is to be done stands in `harvest.page`, and `sweep` adds it again. */
const jobOptions = (retryMs: number) =>
  ({ removeOnComplete: true, removeOnFail: true, attempts: 5, backoff: { type: 'exponential', delay: retryMs } }) as const;

/** A worker that died is noticed after `lockDuration` at most; a page takes a few hundredths of a second. */
const workerOptions = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 100 } as const;

interface Closable {
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** What both backends have in common: BullMQ's classes carry the backend in their type. */
export interface Backend {
  readonly queue: Closable &
    Pick<Queue<JobData, void>, 'addBulk' | 'getJobCountByTypes' | 'upsertJobScheduler' | 'removeJobScheduler' | 'getJobSchedulers'>;
  readonly worker: (process: (job: Job<JobData, void>) => Promise<void>, concurrency: number) => Closable;
  readonly disconnect: () => void;
}

function onRedis(options: QueueOptions, name: string, url: string): Backend {
  // A producer fails at once when Redis is away; workers wait for it (BullMQ demands null of their connections).
  const producer = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: true });
  const consumer = new Redis(url, { maxRetriesPerRequest: null });
  for (const connection of [producer, consumer]) connection.on('error', options.onError);
  return {
    queue: new Queue<JobData, void>(name, { connection: producer }),
    worker: (process, concurrency) => new Worker<JobData, void>(name, process, { connection: consumer, concurrency, ...workerOptions }),
    disconnect: () => {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

function onPostgres(options: QueueOptions, name: string): Backend {
  const onPg = withBackend(createPostgresBackend);
  const connection = { connectionString: options.databaseUrl, schema: 'bullmq', migrate: true, max: 4 };
  return {
    queue: new onPg.Queue<JobData, void>(name, { connection }),
    worker: (process, concurrency) =>
      closedOnceReady(new onPg.Worker<JobData, void>(name, process, { connection, concurrency, ...workerOptions })),
    disconnect: () => {},
  };
}

/** Closed while it connects, a worker leaves connections behind that keep its thread or process from ending. */
const closedOnceReady = (worker: Closable & { waitUntilReady(): Promise<unknown> }): Closable => ({
  on: (event, listener) => worker.on(event, listener),
  async close() {
    await worker.waitUntilReady().catch(() => {});
    await worker.close();
  },
});

/** Opens a queue of this installation, on Redis or PostgreSQL. */
export function openBackend(options: QueueOptions, purpose: 'transform' | 'schedule'): Backend {
  const name = `thresher-${options.installation}-${purpose}`;
  const backend = options.redisUrl === undefined ? onPostgres(options, name) : onRedis(options, name, options.redisUrl);
  backend.queue.on('error', options.onError);
  return backend;
}

/** Opens the queue. Errors of its connections go to `onError`; the operations that meet them throw. */
export function createPageQueue(options: QueueOptions): PageQueue {
  const { queue, worker, disconnect } = openBackend(options, 'transform');
  const keeping = jobOptions(options.retryMs ?? 500);
  return {
    async add(pageIds) {
      const jobs = pageIds.map((pageId) => ({ name: 'transform', data: { pageId }, opts: { ...keeping, jobId: `page-${pageId}` } }));
      await queue.addBulk(jobs);
    },
    count: () => queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized'),
    work(handle, concurrency) {
      const running = worker((job) => handle(Number(job.data['pageId'])), concurrency);
      running.on('error', options.onError);
      return { [Symbol.asyncDispose]: () => running.close() };
    },
    async [Symbol.asyncDispose]() {
      await queue.close();
      disconnect();
    },
  };
}
