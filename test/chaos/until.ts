import { setTimeout as sleep } from 'node:timers/promises';

/** A fact did not come about in the time it was given. */
export class NeverCameError extends Error {
  override readonly name = 'NeverCameError';
}

/**
 * Waits until a fact holds, however long it takes up to `withinMs` (two minutes unless specified). Errors of `fact` count
 * as no.
 *
 * @throws NeverCameError; the reason of the signal
 */
export async function until(fact: () => boolean | Promise<boolean>, withinMs = 120_000, signal?: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await holds(fact)); await sleep(50, undefined, signal === undefined ? {} : { signal })) {
    signal?.throwIfAborted();
    if (Date.now() > deadline) throw new NeverCameError(`not within ${withinMs / 1_000} s`);
  }
}

async function holds(fact: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await fact();
  } catch {
    return false;
  }
}
