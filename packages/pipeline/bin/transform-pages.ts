/** Transforms pages one by one, in a process that may die of one: see `isolatePages`. Arguments: alias, level of the log, pages. */
import { createLogger, type LogLevel } from '@thresher/runtime';
import { openResources, transformPages } from '../src/index.ts';
import { aliveEveryMs, type IsolatedMessage } from '../src/workers/isolate-pages.ts';

/** Resolves when the message is on its way, so that it arrives even if the process dies right after it. */
const send = (message: IsolatedMessage): Promise<void> => new Promise((resolve) => process.send!(message, () => resolve()));
// Without its parent its work would be reported to no process.
process.on('disconnect', () => process.exit(1));
setInterval(() => void send({ alive: true }), aliveEveryMs);

const [, , alias, level, ...pages] = process.argv;
try {
  await using resources = openResources(process.env, createLogger({ level: level as LogLevel }), alias);
  const deps = { db: await resources.db(), search: await resources.search(), log: resources.log };
  for (const page of pages.map(Number)) {
    await send({ page });
    await transformPages(deps, [page]).catch((error: unknown) => send({ failure: (error as Error).message }));
  }
} catch (error) {
  await send({ failure: (error as Error).message });
  // No page was begun: a server is away, for example.
  process.exit(1);
}
process.exit(0);
