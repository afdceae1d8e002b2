import { countPendingPages, type Db, listPendingPages } from '@thresher/store';
import type { Logger } from '@thresher/runtime';
import type { PageQueue } from './queue.ts';

export interface SweepDeps {
  readonly db: Db;
  readonly queue: PageQueue;
  readonly log: Logger;
  /** Whether pages have to reach an index to be done. */
  readonly searchable: boolean;
}

/** A page this young may still be on its way into the queue. */
const settleMs = 2_000;
const batch = 5_000;

/**
 * Puts pages back into the queue that it lost: a crash between commit and enqueue, a Redis that was emptied, a job that
 * failed for good. Pages that are in the queue stay there once, as the job id is the page. Returns how many were added.
 */
export async function sweep({ db, queue, log, searchable }: SweepDeps): Promise<number> {
  const pending = await countPendingPages(db, searchable);
  if (pending.count === 0 || pending.count <= (await queue.count())) return 0;
  const ids = await listPendingPages(db, searchable, settleMs, batch);
  if (ids.length === 0) return 0;
  await queue.add(ids);
  log.info({ pages: ids.length }, 'pages put back into the queue');
  return ids.length;
}
