import { readList, writeList } from './stored-list.ts';

const KEY = 'thresher-queries';
const MOST = 30;

/** The queries that were run in this browser, the last one first. */
export function readHistory(storage: Pick<Storage, 'getItem'>): string[] {
  return readList(storage, KEY, (one): one is string => typeof one === 'string');
}

/** The history after a query was run: each query once, at most 30 of them. */
export function remembered(history: readonly string[], query: string): string[] {
  const text = query.trim();
  return text === '' ? [...history] : [text, ...history.filter((one) => one !== text)].slice(0, MOST);
}

/** Keeps the history. A browser that has no room for it goes on without. */
export function writeHistory(storage: Pick<Storage, 'setItem'>, history: readonly string[]): void {
  writeList(storage, KEY, history);
}
