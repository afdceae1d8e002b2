import { openBackend, type QueueOptions } from './bullmq.ts';

/** The queue of pages to transform. A job is a page id: content never goes through the queue. */
export interface PageQueue extends AsyncDisposable {
  /** Adding a page that is already in the queue changes nothing. */
  add(pageIds: readonly number[]): Promise<void>;
  /** Jobs that are waiting, delayed or active. */
  count(): Promise<number>;
  /** The same by state. */
  counts(): Promise<Readonly<Record<'waiting' | 'delayed' | 'active' | 'prioritized', number>>>;
  /** Whether each of the pages is waiting, delayed or active. A job's key alone does not count, because no worker finds it. */
  holds(pageIds: readonly number[]): Promise<boolean>;
  /** Adds those of the pages that the queue does not hold, even if a key of their job is left. Returns how many were added. */
  restore(pageIds: readonly number[]): Promise<number>;
  /** Starts to process jobs. A job whose `handle` throws is retried with a growing delay, at most five times. */
  work(handle: (pageId: number) => Promise<void>, concurrency: number): AsyncDisposable;
}

/** How a job is stored. It is removed when it ends, even if it failed: `harvest.page` holds what has to be done, and `sweep` adds it again. */
const jobOptions = (retryMs: number) =>
  ({ removeOnComplete: true, removeOnFail: true, attempts: 5, backoff: { type: 'exponential', delay: retryMs } }) as const;

/** In the order in which a job passes through them, so that a job that moves meanwhile is seen at least once. */
const held = ['delayed', 'prioritized', 'waiting', 'active'] as const;
const jobIdOf = (pageId: number): string => `page-${pageId}`;

/** Opens the queue. Errors of its connections go to `onError`; operations that fail throw. */
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
    async counts() {
      const found = await backend.use((queue) => queue.getJobCounts(...held));
      const of = (state: (typeof held)[number]): number => found[state] ?? 0;
      return { waiting: of('waiting'), delayed: of('delayed'), active: of('active'), prioritized: of('prioritized') };
    },
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
