import { closeCursor, type CursorSearch, searchByCursor } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import type { ApiDeps } from '../deps.ts';
import { type ExportableRecord, exportableRecords } from '../shapes/record-facts.ts';
import { readRecords } from '../lookup/read-records.ts';
import type { ResultFormat } from '../shapes/result-formats.ts';

export interface ResultExport {
  /** How many records the search finds. */
  readonly total: number;
  /** All of it, in portions; a reader that stops reading stops the work. */
  readonly content: AsyncGenerator<string, void, undefined>;
}

interface Deps {
  readonly db: Db;
  readonly search: NonNullable<ApiDeps['search']>;
}

/** Records read at a time; two portions are in memory. */
const portion = 500;

/**
 * All that a search finds, as it was when it began, in its order, in one format. Records that are deleted meanwhile, or
 * whose metadata could not be mapped, are left out. Throws what the search throws before anything is written.
 */
export async function exportResult(
  { db, search }: Deps,
  wanted: Omit<CursorSearch, 'size'>,
  format: ResultFormat,
  origin: string,
  signal: AbortSignal,
): Promise<ResultExport> {
  const ask = (cursor: string) => searchByCursor(search.client, search.alias, cursor, { ...wanted, size: portion, signal });
  const opened = await ask('*');
  let open = opened.next;
  const close = async (): Promise<void> => {
    const cursor = open;
    open = null;
    if (cursor !== null) await closeCursor(search.client, cursor);
  };
  // A generator that is never read does not reach its `finally`.
  signal.addEventListener('abort', () => void close(), { once: true });
  const first = await readPortion(db, opened).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { total: first.total, content: write(first) };

  async function* write(begun: Portion): AsyncGenerator<string, void, undefined> {
    let [now, written] = [begun, 0];
    try {
      yield format.begin;
      for (;;) {
        signal.throwIfAborted();
        // The next portion is read while this one is written.
        const next = now.next === null ? null : readAhead(ask(now.next).then((page) => readPortion(db, page)));
        if (now.records.length > 0)
          yield (written > 0 ? format.between : '') + now.records.map((record) => format.render(record, origin)).join(format.between);
        written += now.records.length;
        if (next === null) break;
        now = await next;
        open = now.next;
      }
      yield format.end(written);
    } finally {
      await close();
    }
  }
}

interface Portion {
  readonly total: number;
  readonly records: readonly ExportableRecord[];
  /** Cursor of the next one. */
  readonly next: string | null;
}

async function readPortion(db: Db, { total, hits, next }: Awaited<ReturnType<typeof searchByCursor>>): Promise<Portion> {
  const records = await readRecords(
    db,
    hits.map((hit) => hit.source.record_id),
  );
  return {
    total,
    next,
    records: exportableRecords(records),
  };
}

/** Fails where it is awaited, not before. */
function readAhead<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
