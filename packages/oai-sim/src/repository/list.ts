import type { Corpus, MetadataPrefix } from '../corpus/corpus.ts';
import { createScramble, type DatestampIndex, lowerBound } from './datestamp-index.ts';
import type { Journal, RecordState } from './journal.ts';

/** The records that lists are read from. */
export interface ListedRecords {
  readonly corpus: Corpus;
  readonly index: DatestampIndex;
  readonly journal: Journal;
  /** Records by set, as generated. */
  readonly postings: Map<string, Uint32Array>;
}

export type ListVerb = 'ListRecords' | 'ListIdentifiers';

/** The query of a list. Bounds in milliseconds since 1970. */
export interface ListQuery {
  readonly verb: ListVerb;
  readonly metadataPrefix: MetadataPrefix;
  readonly setSpec: string | null;
  /** Inclusive. */
  readonly from: number | null;
  /** Exclusive: the end of the second (or day) that was asked for. */
  readonly until: number | null;
  /** As echoed in `<request>`. */
  readonly echo: { readonly from: string | null; readonly until: string | null };
}

/** A place in a list: steps taken through the records as generated, then through the journal. */
export interface ListPosition {
  readonly base: number;
  readonly journal: number;
}

/**
 * A list as it was when it was opened. It holds no records: base records come from a slice of an immutable index,
 * changed ones from the first `asOf` entries of the journal, in that order, as an index that appends would have them.
 */
export interface ListSnapshot {
  readonly query: ListQuery;
  readonly asOf: number;
  readonly total: number;
}

/** A list that a scroll token advances. */
export interface OpenList {
  readonly snapshot: ListSnapshot;
  place: ListPosition;
  lastUsed: number;
}

export function takeSnapshot(repository: ListedRecords, query: ListQuery): ListSnapshot {
  const asOf = repository.journal.entries.length;
  const { low, high } = slice(repository, query);
  let total = high - low;
  for (const [number, place] of repository.journal.firstPlaces) {
    if (place < asOf && number < repository.corpus.size && baseMatches(repository, query, number)) total--;
  }
  for (let place = 0; place < asOf; place++) if (entryMatches(repository, query, place, asOf)) total++;
  return { query, asOf, total };
}

/** The next `count` records from a place on, and the place after them. */
export function readList(
  repository: ListedRecords,
  { query, asOf }: ListSnapshot,
  from: ListPosition,
  count: number,
): { readonly records: RecordState[]; readonly place: ListPosition } {
  const { order, low, high } = slice(repository, query);
  const scramble = createScramble(high - low);
  const { corpus, journal, index } = repository;
  const records: RecordState[] = [];
  let { base, journal: entry } = from;
  for (; records.length < count && base < high - low; base++) {
    const number = order[low + scramble(base)] as number;
    if ((journal.firstPlaces.get(number) ?? Infinity) < asOf) continue;
    records.push({
      number,
      status: 'present',
      trace: null,
      metadataVersion: 0,
      datestamp: index.datestamps[number] as number,
      setSpecs: corpus.setSpecs(number),
    });
  }
  for (; records.length < count && entry < asOf; entry++) {
    if (entryMatches(repository, query, entry, asOf)) records.push(journal.entries[entry] as RecordState);
  }
  return { records, place: { base, journal: entry } };
}

/** The part of the index that the base records of a list come from. */
function slice(repository: ListedRecords, query: ListQuery): { order: Uint32Array; low: number; high: number } {
  const { datestamps } = repository.index;
  const order = query.setSpec === null ? repository.index.order : postings(repository, query.setSpec);
  const low = query.from === null ? 0 : lowerBound(order, datestamps, query.from);
  const high = query.until === null ? order.length : lowerBound(order, datestamps, query.until);
  return { order, low, high: Math.max(low, high) };
}

const KEPT_POSTINGS = 64;

/** The records of a set as generated, oldest datestamp first. Cached for the 64 sets used last. */
function postings(repository: ListedRecords, setSpec: string): Uint32Array {
  const { corpus, index, postings: kept } = repository;
  const found = kept.get(setSpec) ?? index.order.filter((number) => corpus.setSpecs(number).includes(setSpec));
  kept.delete(setSpec);
  kept.set(setSpec, found);
  if (kept.size > KEPT_POSTINGS) kept.delete(kept.keys().next().value as string);
  return found;
}

function baseMatches(repository: ListedRecords, query: ListQuery, number: number): boolean {
  const datestamp = repository.index.datestamps[number] as number;
  return inWindow(query, datestamp) && (query.setSpec === null || repository.corpus.setSpecs(number).includes(query.setSpec));
}

function entryMatches(repository: ListedRecords, query: ListQuery, place: number, asOf: number): boolean {
  const entry = repository.journal.entries[place];
  if (entry === undefined || entry.status === 'gone' || entry.supersededAt < asOf) return false;
  return inWindow(query, entry.datestamp) && (query.setSpec === null || entry.setSpecs.includes(query.setSpec));
}

function inWindow(query: ListQuery, datestamp: number): boolean {
  return datestamp >= (query.from ?? -Infinity) && datestamp < (query.until ?? Infinity);
}
