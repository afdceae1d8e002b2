import { type Main, runUntilSignal } from '@thresher/runtime';

/** PostgreSQL and Elasticsearch may take minutes to stop after a long write, in milliseconds. */
const stopMs = 3 * 60_000;

/** As `runUntilSignal`, for a process that stops servers at its end. */
export const untilSignal = (main: Main): Promise<void> => runUntilSignal(main, undefined, { stopMs });

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
