import { openBackend, type QueueOptions } from './queue-backend.ts';

/** The queue of pages that wait for their transform. A job is a page id: content never goes through the queue. */
export interface PageQueue extends AsyncDisposable {
  /** Adding a page that is in the queue already changes nothing. */
  add(pageIds: readonly number[]): Promise<void>;
  /** Jobs that wait, are delayed or are being worked on. */
  count(): Promise<number>;
  /** Starts to work. An error thrown by `handle` sends the job back with a growing delay, five times at most. */
  work(handle: (pageId: number) => Promise<void>, concurrency: number): AsyncDisposable;
}

/** How a job is kept. It vanishes when it ends, well or not: what is to be done stands in `harvest.page`, and `sweep` adds it again. */
const jobOptions = (retryMs: number) =>
  ({ removeOnComplete: true, removeOnFail: true, attempts: 5, backoff: { type: 'exponential', delay: retryMs } }) as const;

/** Opens the queue. Errors of its connections go to `onError`; the operations that meet them throw. */
export function createPageQueue(options: QueueOptions): PageQueue {
  const backend = openBackend(options, 'transform');
  const keeping = jobOptions(options.retryMs ?? 500);
  return {
    async add(pageIds) {
      const jobs = pageIds.map((pageId) => ({ name: 'transform', data: { pageId }, opts: { ...keeping, jobId: `page-${pageId}` } }));
      await backend.use((queue) => queue.addBulk(jobs));
    },
    count: () => backend.use((queue) => queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized')),
    work: (handle, concurrency) => backend.work((job) => handle(Number(job.data['pageId'])), concurrency),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}
