import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@thresher/runtime';
import { SearchUnavailableError } from '@thresher/search';
import { isLostConnection } from '@thresher/store/database';

const lookEveryMs = 1_000;

/**
 * Opens something on a server that may still be starting, and waits for it as long as it takes: at most `mostMs`, without limit
 * unless specified. Errors that no waiting helps are thrown at once.
 */
export async function waitUntilOpen<T>(open: () => Promise<T>, report: Report, signal: AbortSignal, mostMs = Infinity): Promise<T> {
  for (const until = performance.now() + mostMs; ;) {
    try {
      return await open();
    } catch (error) {
      const passes = error instanceof SearchUnavailableError || isLostConnection(error);
      if (!passes || performance.now() > until) throw error;
      report(error, error instanceof SearchUnavailableError ? 'waiting for Elasticsearch' : 'waiting for PostgreSQL');
      await sleep(lookEveryMs, undefined, { signal });
    }
  }
}
