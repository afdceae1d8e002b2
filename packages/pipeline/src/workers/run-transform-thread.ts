/** The work of `bin/transform-thread.ts`: transforms pages until it is told to stop. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { createLogger, createReport, type LogLevel } from '@thresher/runtime';
import { createTransformer, pagesTaken } from '../transform/transform.ts';
import { aliveEveryMs, isolatePage } from './isolate-page.ts';
import { counters, type ThreadData, type ThreadMessage } from './transform-thread.ts';
import { untilThere } from './until-there.ts';
import { openWorkshop } from './workshop.ts';

const data = workerData as ThreadData;
const seen = new Int32Array(data.counters);
setInterval(() => Atomics.add(seen, counters.alive, 1), aliveEveryMs).unref();
const stop = once(parentPort!, 'message');
const ending = new AbortController();
await using workshop = openWorkshop(data.env, createLogger({ level: data.logLevel as LogLevel }), data.alias, { signal: ending.signal });
const { log } = workshop;
void stop.then(() => ending.abort());
const open = async () => [await workshop.db(), await workshop.search(), await workshop.queue()] as const;
const [db, search, queue] = await untilThere(open, createReport(log), ending.signal);
const isolate = (pageId: number): Promise<void> => isolatePage(workshop, pageId, ending.signal);
const transform = createTransformer({ db, search, log, isolate });
await using _ = queue.work((pageId) => {
  Atomics.add(seen, counters.pages, 1);
  return transform(pageId);
}, pagesTaken);
parentPort!.postMessage('working' satisfies ThreadMessage);
await stop;
ending.abort();
parentPort!.close();
