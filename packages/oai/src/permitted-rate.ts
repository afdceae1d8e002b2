import { boundPerMinute } from './bounds.ts';
import type { RateLimit } from './reply.ts';

/**
 * How many requests a server permits, computed from its rate-limit headers. Pure: `now` is an argument.
 */

/**
 * Requests per minute that the server permits, at most one a millisecond; null if it did not state enough. Servers do not state the length of their
 * period. If the count is reset within about a minute, the limit is per minute (Zenodo: 30, reset ≤ 60 s away);
 * if the reset is later, the remaining requests are spread evenly over the time left.
 */
export function permittedPerMinute(rateLimit: RateLimit, now: Date): number | null {
  const { limit, remaining, resetAt } = rateLimit;
  if (limit === null || !(limit > 0)) return null;
  const leftMs = (resetAt?.getTime() ?? NaN) - now.getTime();
  if (!(leftMs > 61_000)) return boundPerMinute(limit);
  return remaining === null ? null : boundPerMinute(Math.max(1, (remaining * 60_000) / leftMs));
}

/**
 * How many lists to walk at a time, so that every permitted request is used: one list waits for its answer
 * before its next request, so alone it sends at most one request per latency.
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
