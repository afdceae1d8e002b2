/** One thread of `transformPages`. Works until it is told to stop. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { createLogger, type LogLevel } from '@thresher/runtime';
import { openWorkshop, transformPage } from '../src/index.ts';
import { pagesAtATime, type ThreadData, type ThreadMessage } from '../src/transform-workers.ts';

const { env, alias, logLevel } = workerData as ThreadData;
const stop = once(parentPort!, 'message');
await using workshop = openWorkshop(env, createLogger({ level: logLevel as LogLevel }), alias);
const [db, search, queue, log] = [await workshop.db(), await workshop.search(), await workshop.queue(), workshop.log];
await using _ = queue.work((pageId) => transformPage({ db, search, log }, pageId), pagesAtATime);
parentPort!.postMessage('working' satisfies ThreadMessage);
await stop;
parentPort!.close();
