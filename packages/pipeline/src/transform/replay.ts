import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '@thresher/store/database';
import {
  countPages,
  countRewritten,
  databaseNow,
  findIndexingFault,
  listPages,
  type PageChoice,
  pageProgress,
  planReplay,
  readPage,
} from '@thresher/store/harvest';
import { type HarvestedRecord, previewRecords } from '@thresher/store/write';
import { throwIfRefused } from '../indexing/search-fault.ts';
import type { PageQueue } from '../queue/page-queue.ts';
import { addDifferences, type FieldChanges, noDifferences, sortDifferences } from './replay-differences.ts';
import { unpackRecords } from './transform.ts';
import { type RecordOnPage, writeBisecting } from './store-pages.ts';

export interface ReplayDeps {
  readonly db: Db;
  readonly queue: PageQueue;
  /** Whether pages have to reach an index to be through. */
  readonly searchable: boolean;
}

export interface ReplayProgress {
  readonly pages: number;
  readonly pagesDone: number;
  readonly recordsDone: number;
}

export interface ReplayResult extends ReplayProgress {
  /** Records that have other metadata now than before. */
  readonly changed: number;
  /** Pages that could not be mapped, with the reason. */
  readonly failed: readonly { readonly page: number; readonly failure: string }[];
}

/** Pages handed to the queue at a time: enough for many workers, few enough to look at often. */
const mostInFlight = 400;
/** A page that fails this often through its own fault is reported. */
const maxTries = 5;
/** Looks, of 100 ms each, between two searches for jobs that the queue has dropped, as it does after five failures. */
const looksPerRestore = 20;

/**
 * Maps stored pages again, without the network, and writes the records for which the mapping makes something else now
 * than what is stored. Transform workers must be at work, here or in other processes. Interrupted, it is ended by
 * whatever works on pages next; called again, it begins again, and finds done what is done.
 *
 * @throws SearchRefusedError if only a person can help; the signal's reason.
 */
export async function replay(
  deps: ReplayDeps,
  choice: PageChoice,
  onProgress: (progress: ReplayProgress) => void,
  signal: AbortSignal,
): Promise<ReplayResult> {
  const { db, queue, searchable } = deps;
  const since = await databaseNow(db);
  const ids = await planReplay(db, choice, searchable);
  const failed: { page: number; failure: string }[] = [];
  const inFlight = new Set<number>();
  let next = 0;
  let recordsDone = 0;
  let looks = 0;
  while (next < ids.length || inFlight.size > 0) {
    const more = ids.slice(next, next + mostInFlight - inFlight.size);
    if (more.length > 0) await queue.add(more);
    for (const id of more) inFlight.add(id);
    next += more.length;
    const seen = await pageProgress(db, [...inFlight], searchable);
    const left = seen.filter((page) => !page.through && page.tries < maxTries);
    for (const { id, through, failure, records } of seen) {
      if (through) recordsDone += records;
      else if (failure !== null && !left.some((page) => page.id === id)) failed.push({ page: id, failure });
    }
    inFlight.clear();
    for (const { id } of left) inFlight.add(id);
    onProgress({ pages: ids.length, pagesDone: next - inFlight.size, recordsDone });
    if (left.length > 0 && ++looks % looksPerRestore === 0) {
      if (searchable) throwIfRefused(await findIndexingFault(db));
      await queue.restore([...inFlight]);
    }
    if (left.length > mostInFlight / 2 || next === ids.length) await sleep(left.length > 0 ? 100 : 0, undefined, { signal });
    signal.throwIfAborted();
  }
  return {
    pages: ids.length,
    pagesDone: ids.length - failed.length,
    recordsDone,
    changed: await countRewritten(db, choice.sourceId, since),
    failed,
  };
}

export interface DryReplayResult extends ReplayProgress {
  /** Records that a replay would write. */
  readonly changed: number;
  readonly fields: readonly FieldChanges[];
}

const listed = 500;

/**
 * Maps stored pages again and compares with what is stored: which fields would change in how many records. Writes
 * nothing and needs no workers.
 */
export async function dryReplay(
  db: Db,
  choice: PageChoice,
  concurrency: number,
  onProgress: (progress: ReplayProgress) => void,
  signal: AbortSignal,
): Promise<DryReplayResult> {
  const { pages } = await countPages(db, choice);
  const differences = noDifferences();
  let [pagesDone, recordsDone, afterId] = [0, 0, 0];
  for (let ids = await listPages(db, choice, afterId, listed); ids.length > 0; ids = await listPages(db, choice, afterId, listed)) {
    afterId = ids.at(-1)!;
    const waiting = [...ids];
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        signal.throwIfAborted();
        const page = await readPage(db, id);
        if (page === undefined || page.content === null) continue;
        const preview = (some: readonly RecordOnPage<HarvestedRecord>[]) =>
          previewRecords(db, { sourceId: page.source_id, pageId: id, records: some.map((it) => it.record) });
        const { records } = await unpackRecords(page);
        const { done } = await writeBisecting(records, preview);
        addDifferences(differences, done.flat());
        recordsDone += page.record_count;
        onProgress({ pages, pagesDone: ++pagesDone, recordsDone });
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  }
  return { pages, pagesDone, recordsDone, changed: differences.records, fields: sortDifferences(differences) };
}
