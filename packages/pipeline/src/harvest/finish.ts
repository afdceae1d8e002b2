import { countExisting, documentId, refresh } from '@thresher/search';
import { arrivedRecords, type Db, listWindows, moveWindow, saveCounts, type Window, windowsToFinish } from '@thresher/store';
import type { SearchTarget } from '../indexing/index-records.ts';

/**
 * Counts the records of windows that are through, in SQL and in search, and closes those windows: complete if every
 * record that arrived is there, short if not; what ListIdentifiers names need not be. What is counted is what is there,
 * not what was sent. Returns how many were closed.
 */
export async function finishWindows(db: Db, search: SearchTarget | null, sourceId: number, runId: number): Promise<number> {
  const windows = await windowsToFinish(db, runId, search !== null);
  if (windows.length === 0) return 0;
  if (search !== null) await refresh(search.client, search.alias);
  for (const window of windows) await finishWindow(db, search, sourceId, window);
  return windows.length;
}

async function finishWindow(db: Db, search: SearchTarget | null, sourceId: number, window: Window): Promise<void> {
  const { arrived, notStored, notIndexed, ...counts } = await countWindow(db, search, sourceId, window);
  if (notStored === 0 && notIndexed === 0) {
    await moveWindow(db, window.id, 'walked', 'complete', { ...counts, failure: null });
    return;
  }
  const failure = `of ${arrived} records that arrived ${notStored} are not in SQL and ${notIndexed} not in search`;
  await moveWindow(db, window.id, 'walked', 'short', { ...counts, failure });
}

async function countWindow(db: Db, search: SearchTarget | null, sourceId: number, window: Window) {
  const arrived = await arrivedRecords(db, sourceId, window);
  const stored = arrived.filter((record) => record.stored).length;
  const documents = arrived.filter((record) => record.searchable).map((record) => documentId(sourceId, record.identifier));
  const indexed = search === null ? null : await countExisting(search.client, search.alias, documents);
  const notStored = arrived.filter((record) => record.fetched && !record.stored).length;
  const notIndexed = indexed === null ? 0 : documents.length - indexed;
  return { arrived: arrived.length, stored, searchable: documents.length, indexed, notStored, notIndexed };
}

/** Counts complete windows of a run again that listed more than was stored then: what was missing has been fetched since. */
export async function recountWindows(db: Db, search: SearchTarget | null, sourceId: number, runId: number): Promise<void> {
  const behind = (await listWindows(db, runId, ['complete'])).filter((window) => (window.stored ?? 0) < window.distinct_received);
  for (const window of behind) {
    const { stored, searchable, indexed } = await countWindow(db, search, sourceId, window);
    await saveCounts(db, window.id, { stored, searchable, indexed });
  }
}
