import { openBackend, type QueueOptions } from './bullmq.ts';

/** The queue of pages that wait for their transform. A job is a page id: content never goes through the queue. */
export interface PageQueue extends AsyncDisposable {
  /** Adding a page that is in the queue already changes nothing. */
  add(pageIds: readonly number[]): Promise<void>;
  /** Jobs that wait, are delayed or are being worked on. */
  count(): Promise<number>;
  /** Whether each of the pages waits, is delayed or is being worked on. A job's key alone does not count: no worker finds it. */
  holds(pageIds: readonly number[]): Promise<boolean>;
  /** Adds those of the pages that the queue does not hold, even if a key of their job is left. Returns how many were added. */
  restore(pageIds: readonly number[]): Promise<number>;
  /** Starts to work. An error thrown by `handle` sends the job back with a growing delay, five times at most. */
  work(handle: (pageId: number) => Promise<void>, concurrency: number): AsyncDisposable;
}

/** How a job is kept. It vanishes when it ends, well or not: what is to be done stands in `harvest.page`, and `sweep` adds it again. */
const jobOptions = (retryMs: number) =>
  ({ removeOnComplete: true, removeOnFail: true, attempts: 5, backoff: { type: 'exponential', delay: retryMs } }) as const;

/** In the order a job takes, so that one that moves while they are read is seen at least once. */
const held = ['delayed', 'prioritized', 'waiting', 'active'] as const;
const jobIdOf = (pageId: number): string => `page-${pageId}`;

/** Opens the queue. Errors of its connections go to `onError`; the operations that meet them throw. */
export function createPageQueue(options: QueueOptions): PageQueue {
  const backend = openBackend(options, 'transform');
  const keeping = jobOptions(options.retryMs ?? 500);
  const add = async (pageIds: readonly number[]): Promise<void> => {
    const jobs = pageIds.map((pageId) => ({ name: 'transform', data: { pageId }, opts: { ...keeping, jobId: jobIdOf(pageId) } }));
    await backend.use((queue) => queue.addBulk(jobs));
  };
  const missing = async (pageIds: readonly number[]): Promise<number[]> => {
    const present = new Set(await backend.use((queue) => queue.getRanges([...held], 0, -1)));
    return pageIds.filter((pageId) => !present.has(jobIdOf(pageId)));
  };
  return {
    add,
    count: () => backend.use((queue) => queue.getJobCountByTypes(...held)),
    async holds(pageIds) {
      for (const pageId of pageIds) {
        const state = await backend.use((queue) => queue.getJobState(jobIdOf(pageId)));
        if (!held.some((one) => one === state)) return false;
      }
      return true;
    },
    async restore(pageIds) {
      const lost = await missing(pageIds);
      if (lost.length === 0) return 0;
      await add(lost);
      const keysLeft = await missing(lost);
      if (keysLeft.length === 0) return lost.length;
      // A key without a place in the queue makes adding the job do nothing. The server refuses to remove a job that is being worked on.
      for (const pageId of keysLeft) await backend.use((queue) => queue.remove(jobIdOf(pageId)));
      await add(keysLeft);
      return lost.length - (await missing(keysLeft)).length;
    },
    work: (handle, concurrency) => backend.work((job) => handle(Number(job.data['pageId'])), concurrency),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}
