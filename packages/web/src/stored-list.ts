/** The list that this browser keeps under a key, without what `isItem` does not know; empty if another program has spoilt it. */
export function readList<T>(storage: Pick<Storage, 'getItem'>, key: string, isItem: (one: unknown) => one is T): T[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isItem) : [];
  } catch {
    return [];
  }
}

/** Keeps the list. False if the browser has no room for it. */
export function writeList(storage: Pick<Storage, 'setItem'>, key: string, list: readonly unknown[]): boolean {
  try {
    storage.setItem(key, JSON.stringify(list));
    return true;
  } catch {
    return false;
  }
}
