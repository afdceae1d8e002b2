import type { Logger } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import { clearIndexingFault, noteIndexingFault } from '@thresher/store/harvest';
import type { SearchFault } from './search-fault.ts';

/**
 * Keeps this process from sending documents while Elasticsearch accepts none: after a failure it is closed for a pause that
 * grows from 1 second to 1 minute. What is in the way stands in `harvest.indexing_fault` meanwhile, for everybody to see.
 */
export interface IndexingGate {
  /** Whether documents may be sent now. */
  isOpen(): boolean;
  /** Documents were not accepted. */
  failed(fault: SearchFault): Promise<void>;
  /** Documents were accepted. */
  succeeded(): Promise<void>;
}

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** A fault may be noted by another process or thread, which may have nothing more to send. */
const clearEveryMs = 10_000;

/** How long nothing is sent after a number of failures in a row (from 1), in milliseconds. */
export const pauseAfter = (failures: number): number => Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));

/** `now`: milliseconds of a clock that never goes back. */
export function createIndexingGate(
  { db, log }: { readonly db: Db; readonly log: Logger },
  now: () => number = () => performance.now(),
): IndexingGate {
  let failures = 0;
  let closedUntil = 0;
  let clearedAt = -Infinity;
  return {
    isOpen: () => now() >= closedUntil,
    async failed(fault) {
      failures++;
      const pauseMs = pauseAfter(failures);
      closedUntil = now() + pauseMs;
      log.warn({ reason: fault.reason, times: failures, againInMs: pauseMs }, 'Elasticsearch accepts no documents; they wait');
      await noteIndexingFault(db, fault, pauseMs);
    },
    async succeeded() {
      if (failures > 0) log.info({ times: failures }, 'Elasticsearch accepts documents again');
      if (failures === 0 && now() - clearedAt < clearEveryMs) return;
      [failures, closedUntil, clearedAt] = [0, 0, now()];
      await clearIndexingFault(db);
    },
  };
}
