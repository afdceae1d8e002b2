import { readList, writeList } from './stored-list.ts';

/** A search that somebody keeps in this browser. */
export interface SavedSearch {
  readonly name: string;
  /** The query of its address: `?q=ice`. */
  readonly search: string;
}

const KEY = 'thresher-searches';
const MOST = 50;

/** The saved searches, the last one first. */
export function readSaved(storage: Pick<Storage, 'getItem'>): SavedSearch[] {
  return readList(storage, KEY, isSaved);
}

function isSaved(one: unknown): one is SavedSearch {
  const { name, search } = (one ?? {}) as Partial<SavedSearch>;
  return typeof name === 'string' && typeof search === 'string' && /^\?|^$/.test(search);
}

/** The list with this search first; one of the same address gives way. */
export function withSaved(saved: readonly SavedSearch[], one: SavedSearch): SavedSearch[] {
  return [one, ...without(saved, one.search)].slice(0, MOST);
}

/** The list without the search of this address. */
export function without(saved: readonly SavedSearch[], search: string): SavedSearch[] {
  return saved.filter((one) => one.search !== search);
}

/** Keeps the list. False if the browser has no room for it. */
export function writeSaved(storage: Pick<Storage, 'setItem'>, saved: readonly SavedSearch[]): boolean {
  return writeList(storage, KEY, saved);
}
