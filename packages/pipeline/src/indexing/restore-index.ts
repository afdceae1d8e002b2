import type { Logger } from '@thresher/runtime';
import { ensureIndex, type EnsuredIndex, IndexMissingError, isThere } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import { installationId } from '@thresher/store/harvest';
import { holdIndexLock, noteAllUnindexed } from '@thresher/store/write';
import type { SearchTarget } from './index-records.ts';

/**
 * Makes the index that the alias leads to, if it is not there (a first start, or somebody deleted it), and notes every
 * record as not sent, so that `sendUnindexed` fills it. The notes are durable before the index is there: a process that dies in
 * between leaves the index to the next process. Safe when several processes do so at once.
 */
export async function restoreIndex({ db, log }: { readonly db: Db; readonly log: Logger }, search: SearchTarget): Promise<EnsuredIndex> {
  const target = { alias: search.alias, storeId: await installationId(db), spread: search.spread };
  const isMade = () => isThere(search.client, target.alias, target.storeId);
  if (await isMade()) return ensureIndex(search.client, target);
  return db.transaction().execute(async (trx) => {
    await holdIndexLock(trx);
    if (await isMade()) return ensureIndex(search.client, target);
    // In its own transaction, which has ended before the index is made.
    const records = await noteAllUnindexed(db);
    const ensured = await ensureIndex(search.client, target);
    if (records > 0)
      log.warn({ index: ensured.index, records }, 'the search index was not there: it was made again and is filled from SQL');
    return ensured;
  });
}

/** Does something with the index; if that is not there, once more after it was made again. */
export async function withIndex<T>(
  deps: { readonly db: Db; readonly log: Logger },
  search: SearchTarget,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof IndexMissingError)) throw error;
    await restoreIndex(deps, search);
    return work();
  }
}
