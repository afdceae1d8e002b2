/** A part that is opened on its first use. One that could not be opened may be there the next time. */
export function once<T>(open: () => T): () => T {
  let opened: { readonly part: T } | undefined;
  return () => {
    if (opened !== undefined) return opened.part;
    const mine = { part: open() };
    opened = mine;
    if (mine.part instanceof Promise) mine.part.catch(() => void (opened === mine && (opened = undefined)));
    return mine.part;
  };
}
