import { documentId, missingDocuments, refresh } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import {
  type ArrivedRecord,
  arrivedRecords,
  countResent,
  listWindows,
  moveWindow,
  saveCounts,
  type ShortWindow,
  type Window,
  windowsToFinish,
} from '@thresher/store/harvest';
import { noteMissing } from '@thresher/store/write';
import type { SearchTarget } from '../indexing/index-records.ts';

/** Missing documents of a window that are not queued are sent again this often; then the window is short. */
const mostResent = 5;

/**
 * Counts the records of windows whose pages are done, in SQL and in search, and closes those windows: complete if every
 * record that arrived is stored, or its document was refused because of its content; short otherwise; records that ListIdentifiers
 * names do not have to be stored. Missing documents that are queued are waited for; others are sent again. The counts
 * are of what is stored, not of what was sent. Returns how many windows were closed.
 */
export async function closeWindows(db: Db, search: SearchTarget | null, sourceId: number, runId: number): Promise<number> {
  const windows = await windowsToFinish(db, runId, search !== null);
  if (windows.length === 0) return 0;
  if (search !== null) await refresh(search.client, search.alias);
  let closed = 0;
  for (const window of windows) if (await finishWindow(db, search, sourceId, window, 'walked')) closed++;
  return closed;
}

/** Counts a window that came short again, and makes it complete if everything that arrived is stored now. Refresh first. */
export const completeShortWindow = (db: Db, search: SearchTarget | null, { source_id, ...window }: ShortWindow): Promise<boolean> =>
  finishWindow(db, search, source_id, window, 'short');

/** False if it stays open. */
async function finishWindow(
  db: Db,
  search: SearchTarget | null,
  sourceId: number,
  window: Window,
  from: 'walked' | 'short',
): Promise<boolean> {
  const counted = await countWindow(db, search, sourceId, window);
  const verdict = windowVerdict(counted, window.resent);
  const { stored, searchable, indexed, refused } = counted;
  const counts = { stored, searchable, indexed, refused };
  switch (verdict.then) {
    case 'wait':
      return false;
    case 'resend':
      if (from === 'short') return false;
      await noteMissing(db, counted.lost);
      await countResent(db, window.id);
      return false;
    case 'complete':
      return moveWindow(db, window.id, from, 'complete', { ...counts, failure: verdict.reason });
    case 'short':
      return from === 'walked' && moveWindow(db, window.id, from, 'short', { ...counts, failure: verdict.reason });
  }
}

/** How many of a window's records are stored and searchable. */
export interface CountedWindow {
  /** Distinct identifiers, without those in quarantine. */
  readonly arrived: number;
  readonly stored: number;
  readonly searchable: number;
  /** Null without an index. */
  readonly indexed: number | null;
  /** Documents that Elasticsearch refuses. */
  readonly refused: number;
  /** Why, for the first of them. */
  readonly refusal: string | null;
  readonly notStored: number;
  /** Documents that are queued and not in search yet. */
  readonly waiting: number;
  /** Records whose documents are neither in search, nor refused, nor queued. */
  readonly lost: readonly number[];
}

export type WindowVerdict =
  | { readonly then: 'wait' | 'resend' }
  | { readonly then: 'complete'; readonly reason: string | null }
  | { readonly then: 'short'; readonly reason: string };

/** The next state of a window whose pages are done or given up. */
export function windowVerdict(counted: Omit<CountedWindow, 'stored' | 'searchable' | 'indexed'>, resent: number): WindowVerdict {
  const { arrived, notStored, waiting, lost, refused, refusal } = counted;
  if (lost.length > 0 && resent < mostResent) return { then: 'resend' };
  if (waiting > 0) return { then: 'wait' };
  if (notStored > 0 || lost.length > 0)
    return { then: 'short', reason: `of ${arrived} records that arrived ${notStored} are not in SQL and ${lost.length} not in search` };
  const reason = refused === 0 ? null : `${refused} of ${arrived} documents were refused by Elasticsearch, the first for: ${refusal}`;
  return { then: 'complete', reason };
}

async function countWindow(db: Db, search: SearchTarget | null, sourceId: number, window: Window): Promise<CountedWindow> {
  let counted: CountedWindow = { ...nothingCounted, indexed: search === null ? null : 0 };
  for await (const records of arrivedRecords(db, sourceId, window))
    counted = addCounts(counted, await countRecords(search, sourceId, records));
  return counted;
}

const nothingCounted = { arrived: 0, stored: 0, searchable: 0, refused: 0, refusal: null, notStored: 0, waiting: 0, lost: [] } as const;

const addCounts = (a: CountedWindow, b: CountedWindow): CountedWindow => ({
  arrived: a.arrived + b.arrived,
  stored: a.stored + b.stored,
  searchable: a.searchable + b.searchable,
  indexed: a.indexed === null || b.indexed === null ? null : a.indexed + b.indexed,
  refused: a.refused + b.refused,
  refusal: a.refusal ?? b.refusal,
  notStored: a.notStored + b.notStored,
  waiting: a.waiting + b.waiting,
  lost: b.lost.length === 0 ? a.lost : [...a.lost, ...b.lost],
});

async function countRecords(search: SearchTarget | null, sourceId: number, arrived: readonly ArrivedRecord[]): Promise<CountedWindow> {
  const documents = new Map(
    arrived.filter((record) => record.searchable).map((record) => [documentId(sourceId, record.identifier), record]),
  );
  const missing = search === null ? [] : await missingDocuments(search.client, search.alias, [...documents.keys()]);
  const lacking = missing.flatMap((id): ArrivedRecord | readonly ArrivedRecord[] => documents.get(id) ?? []);
  const refused = arrived.filter((record) => record.searchable && record.refusal !== null);
  return {
    arrived: arrived.length,
    stored: arrived.filter((record) => record.stored).length,
    searchable: documents.size,
    indexed: search === null ? null : documents.size - missing.length,
    refused: refused.length,
    refusal: refused[0]?.refusal ?? null,
    notStored: arrived.filter((record) => record.fetched && !record.stored).length,
    waiting: lacking.filter((record) => record.waiting).length,
    lost: lacking.flatMap((record) => (record.waiting || record.refusal !== null ? [] : (record.recordId ?? []))),
  };
}

/** Counts complete windows of a run again that listed more than was stored then: what was missing has been fetched since. */
export async function recountWindows(db: Db, search: SearchTarget | null, sourceId: number, runId: number): Promise<void> {
  const behind = (await listWindows(db, runId, ['complete'])).filter((window) => (window.stored ?? 0) < window.distinct_received);
  for (const window of behind) {
    const { stored, searchable, indexed, refused } = await countWindow(db, search, sourceId, window);
    await saveCounts(db, window.id, { stored, searchable, indexed, refused });
  }
}
