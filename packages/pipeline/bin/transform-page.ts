/** Transforms one page, in a process that may die of it: see `isolatePage`. Arguments: page, alias, level of the log. */
import { createLogger, type LogLevel } from '@thresher/runtime';
import { openResources, transformPages } from '../src/index.ts';
import { aliveEveryMs, type IsolatedMessage, PAGE_FAILED } from '../src/workers/isolate-page.ts';

const send = (message: IsolatedMessage): unknown => process.send?.(message);
// Without its parent nobody would learn what became of it.
process.on('disconnect', () => process.exit(1));
setInterval(() => send({ alive: true }), aliveEveryMs);

const [, , page, alias, level] = process.argv;
try {
  await using resources = openResources(process.env, createLogger({ level: level as LogLevel }), alias);
  await transformPages({ db: await resources.db(), search: await resources.search(), log: resources.log }, [Number(page)]);
} catch (error) {
  send({ failure: (error as Error).message });
  process.exit(PAGE_FAILED);
}
process.exit(0);
