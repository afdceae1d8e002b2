import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, runUntilSignal } from '@thresher/runtime';
import { StillRunningError } from './server.ts';
import type { Services } from './start-services.ts';

/** PostgreSQL and Elasticsearch may take minutes to stop after a long write, in milliseconds. */
const stopMs = 3 * 60_000;

/** Work that starts servers. It hands them over with `started`, which stops them at the end. */
export type ServersMain = (
  signal: AbortSignal,
  resources: AsyncDisposableStack,
  started: (services: Services) => Services,
) => Promise<number | void>;

/**
 * As `runUntilSignal`, for a process that stops servers at its end. A SIGTERM that arrives again does not cut that short: npm and the shell pass
 * it on, seconds later if the machine is busy. If the process ends before its servers have, it says which run on, and how to stop them.
 */
export function untilSignal(main: ServersMain): Promise<void> {
  let services: Services | undefined;
  const sayWhatRuns = (): void => {
    for (const sentence of services?.running() ?? []) console.error(sentence);
  };
  const whole = (signal: AbortSignal, resources: AsyncDisposableStack): Promise<number | void> =>
    main(signal, resources, (started) => resources.use((services = started)));
  return runUntilSignal(whole, report, { stopMs, repeatable: ['SIGTERM'], onGiveUp: sayWhatRuns });
}

function report(error: unknown): void {
  console.error(error instanceof ConfigError || error instanceof StillRunningError ? error.message : error);
}

/** The result of `work`, or null if it has not ended `ms` after the signal: then its servers are stopped without it. */
export async function endedWithin<T>(ms: number, signal: AbortSignal, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const late = untilAborted(AbortSignal.any([signal, over.signal])).then(() => sleep(ms, null, { signal: over.signal }).catch(() => null));
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

/** Waits for `signal`, which may have aborted already. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  // A listener alone does not keep the process alive.
  const alive = setInterval(() => {}, 2 ** 30);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(alive);
}
