import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@thresher/runtime';
import { COMPILE_CACHE } from '@thresher/runtime/compile-cache';
import { setPageAside } from '@thresher/store/harvest';
import { childEnd, diedOfIt } from '../child-end.ts';
import type { Resources } from './resources.ts';

/** Exit code of the process of a page that failed as pages do: the failure is noted. */
export const PAGE_FAILED = 3;

/** What the process of a page sends: the failure, or that it is alive. */
export type IsolatedMessage = { readonly failure: string } | { readonly alive: true };

/** How often that is. */
export const aliveEveryMs = 1_000;

/**
 * Transforms a page in its own process (`bin/transform-page.ts`): a worker has died at it before. If that process dies too, or gives
 * no sign of life for `TRANSFORM_STUCK_SECONDS`, the page is set aside. Rejects if the page failed, and with the reason of
 * `signal`, which ends the process without a verdict on the page.
 */
export async function isolatePage({ env, alias, log, db }: Resources, pageId: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { heapMegabytes, stuckSeconds } = readConfig(env, ['limits']).limits;
  const child = fork(new URL('../../bin/transform-page.ts', import.meta.url), [String(pageId), alias, log.level], {
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    execArgv: [`--max-old-space-size=${heapMegabytes}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let failure = 'the page could not be transformed';
  child.on('message', (message: IsolatedMessage) => {
    if ('failure' in message) ({ failure } = message);
  });
  const watch = watchChild(child, stuckSeconds);
  const end = await childEnd(child, signal).finally(() => watch.end());
  if (end.code === 0) return;
  if (end.code === PAGE_FAILED) throw new Error(failure);
  const how = watch.wasStuck() ? `did not respond for ${stuckSeconds} s` : diedOfIt(end);
  const sentence = `transforming the page ended its worker, and, tried alone, its process ${how}: the page is set aside`;
  log.error({ page: pageId, heapMegabytes }, sentence);
  await setPageAside(await db(), pageId, sentence);
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
