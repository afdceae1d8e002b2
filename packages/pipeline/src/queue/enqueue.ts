import { createReport, type Logger } from '@thresher/runtime';
import type { PageQueue } from './page-queue.ts';

/**
 * Adds pages to the queue without delaying the caller: pages that come while an earlier call is active go with
 * the next call. `sweep` adds what failed.
 */
export function createEnqueuer(queue: PageQueue, log: Logger): (pageId: number) => void {
  const report = createReport(log);
  let waiting: number[] = [];
  let busy = false;
  const flush = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) {
      const ids = waiting;
      waiting = [];
      await queue.add(ids).catch((error: unknown) => report(error, 'pages were not enqueued; the sweep will', { pages: ids.length }));
    }
    busy = false;
  };
  return (pageId) => {
    waiting.push(pageId);
    if (!busy) void flush();
  };
}
