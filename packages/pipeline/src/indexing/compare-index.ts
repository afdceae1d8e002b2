import { type DocumentMark, listDocuments } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import { searchableRecords } from '@thresher/store/read';
import type { SearchTarget } from './index-records.ts';

/** Record ids that are at fault in one way: how many, and the first of them. */
export interface FoundIds {
  count: number;
  readonly first: number[];
}

/** Where SQL and the index differ. */
export interface IndexDifferences {
  /** Records that have to be in search and are not. */
  readonly missing: FoundIds;
  /** Documents of another revision than their record or its statistics. */
  readonly stale: FoundIds;
  /** Documents without such a record. */
  readonly orphaned: FoundIds;
  readonly records: number;
  readonly documents: number;
}

const shown = 100;
const portion = 10_000;

/**
 * Compares the records of a source that have to be in search with its documents, one by one, both by ascending record
 * id, so that only one portion of each is in memory. Records written meanwhile may show as a difference. Refresh first.
 */
export async function compareIndex(db: Db, search: SearchTarget, sourceId: number, signal: AbortSignal): Promise<IndexDifferences> {
  const none = (): FoundIds => ({ count: 0, first: [] });
  const found = { missing: none(), stale: none(), orphaned: none(), records: 0, documents: 0 };
  for await (const { kind, recordId } of indexDifferences(db, search, sourceId, found, signal)) note(found[kind], recordId);
  return found;
}

/** A record that has no document, or one of another revision, or a document that has no such record. */
export interface IndexDifference {
  readonly kind: 'missing' | 'stale' | 'orphaned';
  readonly recordId: number;
}

/** The differences one by one, by ascending record id; counts what was compared. */
export async function* indexDifferences(
  db: Db,
  search: SearchTarget,
  sourceId: number,
  counts: { records: number; documents: number },
  signal: AbortSignal,
): AsyncGenerator<IndexDifference, void, undefined> {
  await using rows = one(listRecords(db, sourceId));
  await using documents = one(listDocuments(search.client, search.alias, sourceId, signal));
  let [row, document] = [await rows.next(), await documents.next()];
  while (row !== undefined || document !== undefined) {
    signal.throwIfAborted();
    const kind = differenceOf(row, document);
    if (kind !== null) yield { kind, recordId: (row !== undefined && kind !== 'orphaned' ? row : document!).recordId };
    // 'orphaned' is about the document alone, 'missing' about the row alone.
    if (kind !== 'orphaned') [counts.records, row] = [counts.records + 1, await rows.next()];
    if (kind !== 'missing') [counts.documents, document] = [counts.documents + 1, await documents.next()];
  }
}

/** The fault of the lower of the two, or of both if they are of one record; null: none. */
export function differenceOf(row: DocumentMark | undefined, document: DocumentMark | undefined): 'missing' | 'stale' | 'orphaned' | null {
  if (row === undefined) return 'orphaned';
  if (document === undefined || row.recordId < document.recordId) return 'missing';
  if (row.recordId > document.recordId) return 'orphaned';
  return row.revision === document.revision && row.statsRevision === document.statsRevision ? null : 'stale';
}

function note(ids: FoundIds, id: number): void {
  ids.count++;
  if (ids.first.length < shown) ids.first.push(id);
}

async function* listRecords(db: Db, sourceId: number): AsyncGenerator<DocumentMark[], void, undefined> {
  for (let after = 0; ;) {
    const some = await searchableRecords(db, sourceId, after, portion);
    if (some.length > 0) yield some;
    if (some.length < portion) return;
    after = some.at(-1)!.recordId;
  }
}

/** Portions, taken one by one. */
function one<T>(portions: AsyncGenerator<T[], void, undefined>) {
  let [current, place]: [readonly T[], number] = [[], 0];
  return {
    async next(): Promise<T | undefined> {
      if (place === current.length) [current, place] = [(await portions.next()).value ?? [], 0];
      return current[place++];
    },
    async [Symbol.asyncDispose]() {
      await portions.return();
    },
  };
}
