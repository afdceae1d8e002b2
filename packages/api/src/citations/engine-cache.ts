/** A cache of resources that are costly to open and must be closed. */
export interface LeaseCache<T> {
  /** Runs `use` with the resource of that key and opens it if necessary. It is not closed before `use` returns. */
  use<R>(key: string, open: () => Promise<T>, use: (thing: T) => R): Promise<R>;
}

interface Entry<T> {
  readonly opening: Promise<T>;
  users: number;
  isDropped: boolean;
}

/**
 * A cache of the `most` resources used last. Others are closed when their last user is done. One is opened at a time, so there are
 * never more than `most` and those in use. A resource that failed to open, or for which `use` threw, is not cached.
 */
export function createLeaseCache<T>(most: number, close: (thing: T) => void): LeaseCache<T> {
  const entries = new Map<string, Entry<T>>();
  let last: Promise<unknown> = Promise.resolve();

  const enter = (key: string, open: () => Promise<T>): Entry<T> => {
    let entry = entries.get(key);
    if (entry === undefined) {
      const opening = last.then(open);
      last = opening.catch(() => {});
      entry = { opening, users: 0, isDropped: false };
    }
    // The order of a Map is the order of use.
    entries.delete(key);
    entries.set(key, entry);
    entry.users += 1;
    if (entries.size > most) drop(entries.keys().next().value!);
    return entry;
  };
  const drop = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    entry.isDropped = true;
    closeUnused(entry);
  };
  const closeUnused = ({ opening, users, isDropped }: Entry<T>): void => {
    if (isDropped && users === 0) opening.then(close, () => {});
  };

  return {
    async use(key, open, use) {
      const entry = enter(key, open);
      try {
        return use(await entry.opening);
      } catch (error) {
        if (entries.get(key) === entry) drop(key);
        throw error;
      } finally {
        entry.users -= 1;
        closeUnused(entry);
      }
    },
  };
}
