import type { Logger } from '@thresher/runtime';
import { createFreshIndex, deleteIndex, refresh, swapAlias } from '@thresher/search';
import { type Db, installationId, readRecordsForIndex } from '@thresher/store';
import { indexRecords, type SearchTarget } from './index-records.ts';
import { tidyIndex } from './tidy-index.ts';

const batch = 500;
/** Clocks of the processes that write may differ by this much from the database's. */
const overlapMs = 60_000;

/**
 * Builds a new index out of Postgres and lets the alias lead to it; searches go on meanwhile. What changes during the
 * build reaches the old index, so it is sent again after the swap. Returns the name of the new index.
 */
export async function reindex(
  { db, search, log }: { readonly db: Db; readonly search: SearchTarget; readonly log: Logger },
  onProgress: (records: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { client, alias } = search;
  const startedAt = new Date();
  const index = await createFreshIndex(client, { alias, storeId: await installationId(db) });
  await copyRecords(db, { db, client, target: { index } }, null, onProgress, signal);
  const { replaced } = await swapAlias(client, { alias, index });
  await copyRecords(db, { db, client, target: { alias } }, new Date(startedAt.getTime() - overlapMs), () => {}, signal);
  for (const old of replaced) await deleteIndex(client, old);
  await refresh(client, alias);
  await tidyIndex(search, log);
  return index;
}

async function copyRecords(
  db: Db,
  to: Parameters<typeof indexRecords>[0],
  changedSince: Date | null,
  onProgress: (records: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let done = 0;
  for (let afterId = 0; ;) {
    signal.throwIfAborted();
    const records = await readRecordsForIndex(db, { afterId, limit: batch, ...(changedSince === null ? {} : { changedSince }) });
    const last = records.at(-1);
    if (last === undefined) return;
    // A fresh index holds nothing that would have to be deleted.
    await indexRecords(to, changedSince === null ? records.filter((record) => !record.deleted) : records);
    onProgress((done += records.length));
    afterId = last.recordId;
  }
}
