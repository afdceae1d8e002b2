interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchOptions {
  /** Items in a batch at most. */
  readonly size: number;
  /** Batches at the same time at most. */
  readonly atATime: number;
}

/**
 * Does what comes one by one in batches of what has come meanwhile; nothing waits for a batch to become full. Where a batch fails
 * its items are done again alone, one after the other, so that each fails for its own reasons.
 */
export function inBatches<T>({ size, atATime }: BatchOptions, work: (items: readonly T[]) => Promise<void>): (item: T) => Promise<void> {
  const waiting: Waiting<T>[] = [];
  let running = 0;
  const doNext = (): void => {
    while (running < atATime && waiting.length > 0) {
      running++;
      void doBatch(waiting.splice(0, size)).finally(() => {
        running--;
        doNext();
      });
    }
  };
  const doBatch = async (batch: readonly Waiting<T>[]): Promise<void> => {
    try {
      await work(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      else for (const one of batch) await doBatch([one]);
    }
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      doNext();
    });
}
