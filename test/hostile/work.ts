import { type HeapProfiler, Session } from 'node:inspector/promises';

/** Bytes that are allocated meanwhile in the JavaScript heap, collected or not: an estimate by a sample of every 64 KB. */
export async function allocatedBy(work: () => void | Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    const all = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
    await session.post('HeapProfiler.startSampling', { samplingInterval: 65_536, ...all });
    await work();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    const sum = (node: HeapProfiler.SamplingHeapProfileNode): number =>
      node.selfSize + node.children.reduce((bytes, child) => bytes + sum(child), 0);
    return sum(profile.head);
  } finally {
    session.disconnect();
  }
}

export interface Searched {
  /** Characters or bytes that were searched for something. */
  readonly characters: number;
}

type Search = (this: { readonly length: number }, wanted: unknown, from?: unknown, encoding?: unknown) => number | boolean;

/** Counts what is looked through by `indexOf`, `lastIndexOf` and `includes` of strings and buffers while something runs. */
export function countSearched(work: () => void): Searched {
  let characters = 0;
  const restore: (() => void)[] = [];
  const patch = (prototype: object, name: 'indexOf' | 'lastIndexOf' | 'includes'): void => {
    const holder = prototype as Record<string, Search>;
    const original = holder[name]!;
    holder[name] = function (wanted, from, encoding) {
      const found = from === undefined ? original.call(this, wanted) : original.call(this, wanted, from, encoding);
      const start = typeof from === 'number' ? Math.min(Math.max(from, 0), this.length) : name === 'lastIndexOf' ? this.length : 0;
      const end = typeof found === 'number' && found !== -1 ? found : name === 'lastIndexOf' ? 0 : this.length;
      characters += Math.abs(end - start);
      return found;
    };
    restore.push(() => (holder[name] = original));
  };
  for (const name of ['indexOf', 'lastIndexOf', 'includes'] as const) {
    patch(String.prototype, name);
    patch(Buffer.prototype as object, name);
  }
  try {
    work();
  } finally {
    for (const undo of restore) undo();
  }
  return { characters };
}
