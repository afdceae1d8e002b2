import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@thresher/runtime';
import { COMPILE_CACHE } from '@thresher/runtime/compile-cache';
import { setPageAside } from '@thresher/store/harvest';
import { childEnd, diedOfIt } from '../child-end.ts';
import type { Resources } from './resources.ts';

/** What the process sends: that it begins on a page, why a page failed, or that it is alive. */
export type IsolatedMessage = { readonly page: number } | { readonly failure: string } | { readonly alive: true };

/** How often that is. */
export const aliveEveryMs = 1_000;

/**
 * Transforms pages at which a worker has died before, one by one in another process (`bin/transform-pages.ts`): most of them only lay next
 * to the one at fault, or their process was killed, and a process takes longer to start than to transform a page. If that process dies too,
 * or gives no sign of life for `TRANSFORM_STUCK_SECONDS`, another begins with the page it was at; a page at which a process dies that has done
 * nothing else is set aside. Rejects once all have been tried if one failed, and with the reason of `signal`, which ends the process
 * without a verdict.
 */
export async function isolatePages(resources: Resources, pageIds: readonly number[], signal: AbortSignal): Promise<void> {
  const failures: string[] = [];
  for (let rest = pageIds; rest.length > 0;) {
    const death = await transformApart(resources, rest, failures, signal);
    if (death === null) break;
    const [first] = rest;
    if (death.page === first) await setAside(resources, death);
    rest = rest.slice(rest.indexOf(death.page) + (death.page === first ? 1 : 0));
  }
  if (failures.length > 0) throw new Error(failures[0]);
}

/** The death of a process at a page, and how it died. */
interface Death {
  readonly page: number;
  readonly how: string;
}

/** Transforms pages in one process. Null if it has been through all of them; `failures` gets those that failed. */
async function transformApart(
  { env, alias, log }: Resources,
  pageIds: readonly number[],
  failures: string[],
  signal: AbortSignal,
): Promise<Death | null> {
  signal.throwIfAborted();
  const { heapMegabytes, stuckSeconds } = readConfig(env, ['limits']).limits;
  const child = fork(new URL('../../bin/transform-pages.ts', import.meta.url), [alias, log.level, ...pageIds.map(String)], {
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    execArgv: [`--max-old-space-size=${heapMegabytes}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let page: number | null = null;
  child.on('message', (message: IsolatedMessage) => {
    if ('page' in message) ({ page } = message);
    if ('failure' in message) failures.push(message.failure);
  });
  const watch = watchChild(child, stuckSeconds);
  const end = await childEnd(child, signal).finally(() => watch.end());
  if (end.code === 0) return null;
  const how = watch.wasStuck() ? `did not respond for ${stuckSeconds} s` : diedOfIt(end);
  if (page === null) throw new Error(failures.at(-1) ?? `the process that was to transform pages ${how} before it began`);
  return { page, how };
}

async function setAside({ env, log, db }: Resources, { page, how }: Death): Promise<void> {
  const sentence = `transforming the page ended its worker, and, tried alone, its process ${how}: the page is set aside`;
  log.error({ page, heapMegabytes: readConfig(env, ['limits']).limits.heapMegabytes }, sentence);
  await setPageAside(await db(), page, sentence);
}

/** Kills the process once it has been silent for this many seconds of our own running time: a machine that slept does not count. */
function watchChild(child: ChildProcess, stuckSeconds: number) {
  let silent = 0;
  let stuck = false;
  const stop = new AbortController();
  child.on('message', () => (silent = 0));
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await sleep(1_000, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted || ++silent <= stuckSeconds) continue;
      stuck = true;
      child.kill('SIGKILL');
      return;
    }
  };
  void loop();
  return { wasStuck: () => stuck, end: () => stop.abort() };
}
