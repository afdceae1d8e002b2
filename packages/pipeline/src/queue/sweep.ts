import type { Db } from '@thresher/store/database';
import { countPendingPages, listPendingPages } from '@thresher/store/harvest';
import type { Logger } from '@thresher/runtime';
import type { PageQueue } from './page-queue.ts';

export interface SweepDeps {
  readonly db: Db;
  readonly queue: PageQueue;
  readonly log: Logger;
  /** Whether pages have to reach an index to be done. */
  readonly searchable: boolean;
}

/** A page this young may not be in the queue yet. */
const settleMs = 2_000;
const batch = 5_000;

/** Number of pages whose jobs are looked up each time. */
const looked = 20;

/**
 * Enqueues pages again that the queue has lost: after a crash between commit and enqueue, a Redis that was emptied or lost some
 * of its keys, a job that failed for good. The oldest pages are looked up in any case, since other jobs may make the queue
 * look long enough. Pages that are in the queue stay there once, as the job id is the page. Returns how many were added.
 */
export async function sweep({ db, queue, log, searchable }: SweepDeps): Promise<number> {
  const pending = await countPendingPages(db, searchable);
  if (pending.count === 0) return 0;
  if (pending.count <= (await queue.count()) && (await queue.holds(await listPendingPages(db, searchable, settleMs, looked)))) return 0;
  const added = await queue.restore(await listPendingPages(db, searchable, settleMs, batch));
  if (added > 0) log.info({ pages: added }, 'pages put back into the queue');
  return added;
}
