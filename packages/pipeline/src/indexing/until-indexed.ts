import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@thresher/runtime';
import { refresh } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import { findIndexingFault } from '@thresher/store/harvest';
import { type SearchTarget, sendUnindexed } from './index-records.ts';
import { createIndexingGate, type IndexingGate } from './indexing-gate.ts';
import { withIndex } from './restore-index.ts';
import { searchFault, throwIfRefused } from './search-fault.ts';

export interface IndexingDeps {
  readonly db: Db;
  readonly log: Logger;
  readonly search: SearchTarget | null;
}

/** Sends what the index has still to receive, unless it accepts nothing now: the gate remembers. Returns whether all was sent. */
export async function sendIfOpen({ db, log, search }: IndexingDeps, gate: IndexingGate): Promise<boolean> {
  if (search === null) return true;
  if (!gate.isOpen()) return false;
  try {
    const sent = await withIndex({ db, log }, search, () => sendUnindexed(db, search));
    if (sent > 0) await gate.succeeded();
    return true;
  } catch (error) {
    const fault = searchFault(error);
    if (fault === null) throw error;
    await gate.failed(fault);
    return false;
  }
}

const lookEveryMs = 500;

/**
 * Waits until the index has received all that was noted for it and shows it to searches: the end of every command that
 * changes records. While the index accepts nothing it tries again, with growing pauses.
 *
 * @throws SearchRefusedError if only a person can help; the signal's reason.
 */
export async function untilIndexed(deps: IndexingDeps, signal: AbortSignal): Promise<void> {
  const { db, log, search } = deps;
  if (search === null) return;
  const gate = createIndexingGate({ db, log });
  const show = async (): Promise<boolean> => {
    if (!(await sendIfOpen(deps, gate))) return false;
    try {
      await withIndex({ db, log }, search, () => refresh(search.client, search.alias));
      return true;
    } catch (error) {
      const fault = searchFault(error);
      if (fault === null) throw error;
      await gate.failed(fault);
      return false;
    }
  };
  while (!(await show())) {
    throwIfRefused(await findIndexingFault(db));
    await sleep(lookEveryMs, undefined, { signal });
  }
}
