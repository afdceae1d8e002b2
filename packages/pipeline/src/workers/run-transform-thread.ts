/** The work of `bin/transform-thread.ts`: transforms pages until it is stopped. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { createLogger, createReport, type LogLevel, onMeasurement } from '@thresher/runtime';
import { createTransformer, pagesInFlight } from '../transform/transform.ts';
import { aliveEveryMs, isolatePages } from './isolate-pages.ts';
import { counters, type ThreadData, type ThreadMessage } from './transform-thread.ts';
import { waitUntilOpen } from './wait-until-open.ts';
import { openResources } from './resources.ts';

const data = workerData as ThreadData;
const seen = new Int32Array(data.counters);
setInterval(() => Atomics.add(seen, counters.alive, 1), aliveEveryMs).unref();
const stop = once(parentPort!, 'message');
const ending = new AbortController();
using _measuring = onMeasurement((measured) => parentPort!.postMessage({ measured } satisfies ThreadMessage));
await using resources = openResources(data.env, createLogger({ level: data.logLevel as LogLevel }), data.alias, {
  signal: ending.signal,
  keepsTotals: false,
});
const { log } = resources;
void stop.then(() => ending.abort());
const open = async () => [await resources.db(), await resources.search(), await resources.queue()] as const;
const [db, search, queue] = await waitUntilOpen(open, createReport(log), ending.signal);
const isolate = (pageIds: readonly number[]): Promise<void> => isolatePages(resources, pageIds, ending.signal);
const transform = createTransformer({ db, search, log, isolate });
await using _ = queue.work((pageId) => {
  Atomics.add(seen, counters.pages, 1);
  return transform(pageId);
}, pagesInFlight);
parentPort!.postMessage('working' satisfies ThreadMessage);
await stop;
ending.abort();
parentPort!.close();
