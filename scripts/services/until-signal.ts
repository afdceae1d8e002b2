import { type Main, runUntilSignal } from '@thresher/runtime';

/** PostgreSQL and Elasticsearch may take minutes to stop after a long write, in milliseconds. */
const stopMs = 3 * 60_000;

/** As `runUntilSignal`, for a process that stops servers at its end. */
export const untilSignal = (main: Main): Promise<void> => runUntilSignal(main, undefined, { stopMs });
