import { setTimeout as sleep } from 'node:timers/promises';
import { certificateFault, type Report } from '@thresher/runtime';
import { SearchUnavailableError } from '@thresher/search';
import { isLostConnection } from '@thresher/store/database';
import { SearchRefusedError } from '../indexing/search-fault.ts';

const lookEveryMs = 1_000;

/**
 * Opens something on a server that may still be starting, and waits for it as long as it takes: at most `mostMs`, without limit
 * unless specified. Errors that no waiting helps are thrown at once, such as a certificate that is not accepted.
 *
 * @throws SearchRefusedError for the certificate of Elasticsearch
 */
export async function waitUntilOpen<T>(open: () => Promise<T>, report: Report, signal: AbortSignal, mostMs = Infinity): Promise<T> {
  for (const until = performance.now() + mostMs; ;) {
    try {
      return await open();
    } catch (error) {
      const certificate = certificateFault(error);
      if (certificate !== null && error instanceof SearchUnavailableError)
        throw new SearchRefusedError(`Elasticsearch: ${certificate}`, { cause: error });
      const passes = certificate === null && (error instanceof SearchUnavailableError || isLostConnection(error));
      if (!passes || performance.now() > until) throw error;
      report(error, error instanceof SearchUnavailableError ? 'waiting for Elasticsearch' : 'waiting for PostgreSQL');
      await sleep(lookEveryMs, undefined, { signal });
    }
  }
}
