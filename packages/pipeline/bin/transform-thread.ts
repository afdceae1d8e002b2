/** One thread of `startTransforming`. Works until it is told to stop. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { createLogger, type LogLevel } from '@thresher/runtime';
import { createTransformer, openWorkshop, pagesTaken } from '../src/index.ts';
import type { ThreadData, ThreadMessage } from '../src/workers/transform-workers.ts';

const { env, alias, logLevel } = workerData as ThreadData;
const stop = once(parentPort!, 'message');
await using workshop = openWorkshop(env, createLogger({ level: logLevel as LogLevel }), alias);
const [db, search, queue, log] = [await workshop.db(), await workshop.search(), await workshop.queue(), workshop.log];
await using _ = queue.work(createTransformer({ db, search, log }), pagesTaken);
parentPort!.postMessage('working' satisfies ThreadMessage);
await stop;
parentPort!.close();
