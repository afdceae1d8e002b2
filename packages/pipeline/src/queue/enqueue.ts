import { createReport, type Logger } from '@thresher/runtime';
import type { PageQueue } from './page-queue.ts';

/**
 * Hands pages to the queue without making anyone wait: those that come while an earlier hand-over is under way go with
 * the next. What fails is left to `sweep`.
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
