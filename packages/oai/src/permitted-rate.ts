import { boundPerMinute } from './bounds.ts';
import type { RateLimit } from './reply.ts';

/**
 * How fast a server may be asked, read from what it says. Pure: `now` is an argument.
 */

/**
 * Requests a minute that the server permits, at most one a millisecond; null where it did not say enough. Servers do not name the length of their
 * period. Where the count is set back within about a minute, the limit is one a minute (Zenodo: 30, reset ≤ 60 s away);
 * where that lies further off, what remains is spread evenly over the time left.
 */
export function permittedPerMinute(rateLimit: RateLimit, now: Date): number | null {
  const { limit, remaining, resetAt } = rateLimit;
  if (limit === null || !(limit > 0)) return null;
  const leftMs = (resetAt?.getTime() ?? NaN) - now.getTime();
  if (!(leftMs > 61_000)) return boundPerMinute(limit);
  return remaining === null ? null : boundPerMinute(Math.max(1, (remaining * 60_000) / leftMs));
}

/**
 * How many lists to walk at a time so that no request that is permitted goes unused: one list waits for its answer
 * before it asks again, so alone it cannot ask oftener than once an answer's latency.
 *
 * @param perMinute null: no limit known; then `most` is wanted
 * @param latencyMs mean time from a request to its answer being durable
 */
export function walksNeeded(perMinute: number | null, latencyMs: number, most: number): number {
  if (perMinute === null) return most;
  const gapMs = 60_000 / perMinute;
  return Math.max(1, Math.min(most, Math.ceil((latencyMs * spare) / gapMs)));
}

/** Latency varies, and a walk that ends leaves a moment before the next begins. */
const spare = 1.4;
