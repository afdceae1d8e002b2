import { longestWaitMs } from './bounds.ts';

/**
 * When the next request may be sent to a host that permits N requests in any minute. Pure: `now` is an argument, times are
 * milliseconds since 1970.
 *
 * Two rules together: requests are spread evenly, a little wider than the limit; and none is sent before the one that
 * is N requests earlier has left the server's moving minute. With the first rule alone, a request that is late would be lost
 * for good; the second lets later requests catch up, and still never sends more than N in a minute.
 */
export interface RateLimitSlots {
  /** Requests per minute. */
  readonly perMinute: number;
  /** When the next one is due, where they are spread evenly. */
  readonly nextAt: number;
  /** When the server counted each of the last ones, at the latest; ascending. */
  readonly countedAt: readonly number[];
}

/**
 * Stored times, none further ahead than the longest wait: a server's value that an older version accepted, or
 * a clock that was put back, must not stop a host for years.
 */
export function boundTimes<Times extends Pick<RateLimitSlots, 'nextAt' | 'countedAt'>>(times: Times, now: number): Times {
  const latestCount = now + onTheWayMs;
  return {
    ...times,
    nextAt: Math.min(times.nextAt, now + longestWaitMs),
    countedAt: times.countedAt.map((at) => (at > latestCount ? now : at)),
  };
}

/** A request that was sent: the server counted it at `countedAt` at the latest, not only at `assumedAt`. */
export interface Counted {
  readonly assumedAt: number;
  readonly countedAt: number;
}

/** Permission to send one request now, or how long to wait before asking again. */
export type SlotReservation =
  | { readonly waitMs: 0; readonly slots: RateLimitSlots; readonly assumedAt: number; readonly nextInMs: number }
  | { readonly waitMs: number; readonly slots: RateLimitSlots };

/** Reserves the permission to send one request, if one is free. `nextInMs`: until the next one. */
export function reserveRateLimitSlot(slots: RateLimitSlots, now: number): SlotReservation {
  const waitMs = Math.max(0, Math.ceil(dueAt(slots) - now));
  if (waitMs > 0) return { waitMs, slots };
  const assumedAt = now + onTheWayMs;
  const taken = {
    ...slots,
    nextAt: Math.max(slots.nextAt, now - catchUpMs) + gapMs(slots.perMinute),
    countedAt: [...slots.countedAt, assumedAt].toSorted((a, b) => a - b).slice(-remembered(slots.perMinute)),
  };
  return { waitMs: 0, slots: taken, assumedAt, nextInMs: Math.max(0, dueAt(taken) - now) };
}

/** Updates when requests were counted, as their answers have shown. */
export function applyCounted(slots: RateLimitSlots, counted: readonly Counted[]): RateLimitSlots {
  const countedAt = [...slots.countedAt];
  for (const one of counted) {
    const index = countedAt.indexOf(one.assumedAt);
    if (index >= 0) countedAt[index] = one.countedAt;
  }
  return { ...slots, countedAt: countedAt.toSorted((a, b) => a - b) };
}

/**
 * Starts to apply a rate limit, or changes to another one.
 *
 * @param sent how many requests the server has counted in the last minute: as many gaps pass before the next one
 */
export function changeRateLimit({ perMinute, nextAt, countedAt: known }: RateLimitSlots, sent: number, now: number): RateLimitSlots {
  // The server's number: more than a minute permits cannot matter.
  const counted = sent > 0 ? Math.min(sent, Math.max(1, perMinute)) : 0;
  const unknown = Math.max(0, Math.min(counted, remembered(perMinute)) - known.filter((at) => at > now - 60_000).length);
  const countedAt = [...known, ...Array.from({ length: unknown }, () => now)].toSorted((a, b) => a - b);
  return {
    perMinute,
    nextAt: Math.max(nextAt, now + counted * gapMs(perMinute)),
    countedAt: countedAt.slice(-remembered(perMinute)),
  };
}

/** How long answers take: the minimum and the median. */
export interface Latencies {
  readonly fastestMs: number;
  readonly medianMs: number;
}

/**
 * When a request was counted at the latest: all that its answer took longer than the fastest may have gone by on the way
 * there. Not all of that is assumed of a server whose answers usually differ by seconds.
 */
export function countedBy(assumedAt: number, latencyMs: number, { fastestMs, medianMs }: Latencies): number {
  const longer = Math.max(0, Math.round(latencyMs - fastestMs));
  return assumedAt - onTheWayMs + (latencyMs > medianMs * 1.5 ? longer : Math.min(onTheWayMs, longer));
}

function dueAt({ perMinute, nextAt, countedAt }: RateLimitSlots): number {
  const first = countedAt.at(-remembered(perMinute));
  return first === undefined ? nextAt : Math.max(nextAt, first + (60_000 * remembered(perMinute)) / perMinute + clockMs);
}

/** How many earlier requests are remembered: those of a minute, or of a shorter time at high rates. */
const remembered = (perMinute: number): number => Math.max(1, Math.min(600, Math.floor(perMinute)));

/** The mean of what `countedBy` adds where answers take 300 to 800 ms, and a little: else lateness would grow from minute to minute. */
const spread = 1.006;
const gapMs = (perMinute: number): number => Math.round((60_000 * spread) / perMinute);

/** How much delay later requests may catch up: enough for one list that ends and another that begins, without a burst. */
const catchUpMs = 3_000;
/** Time from the permission to the server's count, unless answers show a longer one. */
const onTheWayMs = 500;
/** Clocks are read in whole milliseconds. */
const clockMs = 10;
