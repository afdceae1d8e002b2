import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, retryLost } from '@thresher/store/database';
import { isPaused } from '@thresher/store/harvest';
import type { HostRateLimit } from './host-rate-limit.ts';

/** How soon the end of a pause is noticed. */
const lookEveryMs = 500;

/** Waits until a source is not paused. Throws the signal's reason. */
export async function untilResumed(db: Db, sourceId: number, signal: AbortSignal): Promise<void> {
  const look = () =>
    retryLost(
      () => isPaused(db, sourceId),
      () => {},
      signal,
    );
  while (await look()) {
    await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
  }
}

/**
 * A rate limit that permits no request while the source is paused. A walker that waits for its turn holds its window and a token that
 * it has not sent, so it continues from there after the pause, unless the token has expired.
 */
export function respectPause(rateLimit: HostRateLimit, db: Db, sourceId: number): HostRateLimit {
  return {
    ...rateLimit,
    async turn(deadline, signal) {
      for (;;) {
        // Asked after the turn has come: it may have taken long. A turn that is not used only costs its place.
        const turn = await rateLimit.turn(deadline, signal);
        if (!(await isPaused(db, sourceId))) return turn;
        await untilResumed(db, sourceId, signal);
      }
    },
  };
}
