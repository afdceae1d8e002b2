import type { Logger } from '@thresher/runtime';
import { createFreshIndex, deleteIndex, indicesLeft, refresh, swapAlias, untilUnread } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import { installationId } from '@thresher/store/harvest';
import { forgetReindexes, holdReindexLock, listReindexes, noteReindex, readRecordsForIndex } from '@thresher/store/write';
import { indexRecords, type SearchTarget } from './index-records.ts';
import { repairIndex } from './repair-index.ts';
import { tidyIndex } from './tidy-index.ts';

const batch = 500;

/** What a reindex does next. */
export type ReindexStep = 'fill' | 'swap' | 'compare' | 'remove';

export interface ReindexDeps {
  readonly db: Db;
  readonly search: SearchTarget;
  readonly log: Logger;
  /** Called before each step; waited for. */
  readonly onStep?: (step: ReindexStep) => Promise<void> | void;
}

/** Another reindex of this database is at work. */
export class ReindexRunningError extends Error {
  override readonly name = 'ReindexRunningError';
}

/**
 * Builds a new index out of PostgreSQL and lets the alias lead to it; searches go on meanwhile. What changes during the
 * build reaches both indices. A worker of an older version, or one that could not write to the new index, reaches the old one only. So after
 * the swap all records are compared with the new one, by their revisions, and those that differ are sent. If it is interrupted, `finishReindex`
 * (which workers call) or the next reindex ends the work.
 * Returns the name of the new index.
 *
 * @throws ReindexRunningError; as indexRecords does; the signal's reason
 */
export async function reindex(deps: ReindexDeps, onProgress: (records: number) => void, signal: AbortSignal): Promise<string> {
  const { db, search, log, onStep } = deps;
  const { client, alias } = search;
  await using lock = await takeLock(db);
  if (!lock.held) throw new ReindexRunningError('another reindex is running; wait until it has ended');
  await removeUnused(db, search);
  const index = await createFreshIndex(client, { alias, storeId: await installationId(db), spread: search.spread });
  await noteReindex(db, index);
  await onStep?.('fill');
  await copyRecords(db, { db, client, target: { index } }, onProgress, signal);
  await onStep?.('swap');
  // Else the first searches would find nothing: the index refreshes itself every 30 seconds only.
  await refresh(client, index);
  const { replaced } = await swapAlias(client, { alias, index });
  await onStep?.('compare');
  await repairIndex(db, search, signal);
  await onStep?.('remove');
  for (const old of replaced)
    await untilUnread(client, old, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      log.warn({ err: error }, 'the old index is removed, without knowing whether a search reads it');
    });
  await removeUnused(db, search);
  await forgetReindexes(db);
  await tidyIndex(search, log);
  return index;
}

/**
 * Ends what an interrupted reindex has left: makes the index behind the alias equal to SQL and removes the others of this
 * database. Does nothing while a reindex is at work. Returns whether there was something to end.
 */
export async function finishReindex({ db, search, log }: Omit<ReindexDeps, 'onStep'>, signal: AbortSignal): Promise<boolean> {
  if ((await listReindexes(db)).length === 0) return false;
  await using lock = await takeLock(db);
  if (!lock.held) return false;
  const repaired = await repairIndex(db, search, signal);
  await removeUnused(db, search);
  await forgetReindexes(db);
  log.info({ repaired }, 'a reindex that was interrupted has been ended');
  return true;
}

async function takeLock(db: Db): Promise<AsyncDisposable & { readonly held: boolean }> {
  const session = await db.pool.connect();
  try {
    const held = await holdReindexLock(session);
    // Closed, not given back: the lock belongs to the session.
    return { held, [Symbol.asyncDispose]: async () => session.release(true) };
  } catch (error) {
    session.release(true);
    throw error;
  }
}

async function removeUnused(db: Db, { client, alias }: SearchTarget): Promise<void> {
  for (const index of await indicesLeft(client, alias, await installationId(db))) await deleteIndex(client, index);
}

async function copyRecords(
  db: Db,
  to: Parameters<typeof indexRecords>[0],
  onProgress: (records: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let done = 0;
  for (let afterId = 0; ;) {
    signal.throwIfAborted();
    const records = await readRecordsForIndex(db, { afterId, limit: batch });
    const last = records.at(-1);
    if (last === undefined) return;
    // A fresh index holds nothing that would have to be deleted.
    await indexRecords(
      to,
      records.filter((record) => !record.deleted),
    );
    onProgress((done += records.length));
    afterId = last.recordId;
  }
}
