const KEY = 'thresher-queries';
const MOST = 30;

/** The queries that were run in this browser, the last one first. */
export function readHistory(storage: Pick<Storage, 'getItem'>): string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** The history after a query was run: each query once, at most 30 of them. */
export function remembered(history: readonly string[], query: string): string[] {
  const text = query.trim();
  return text === '' ? [...history] : [text, ...history.filter((one) => one !== text)].slice(0, MOST);
}

/** Keeps the history. A browser that has no room for it goes on without. */
export function writeHistory(storage: Pick<Storage, 'setItem'>, history: readonly string[]): void {
  try {
    storage.setItem(KEY, JSON.stringify(history));
  } catch {
    // The history is a help; the query has run.
  }
}
