import {
  boundPerMinute,
  boundTimes,
  boundWaitMs,
  type Counted,
  countedBy,
  changeRateLimit,
  type Latencies,
  applyCounted,
  type RateLimitSlots,
  reserveRateLimitSlot,
} from '@thresher/oai';
import { type Db, retryLost } from '@thresher/store/database';
import {
  blockHost,
  type StoredRateLimit,
  type RateLimitTimes,
  updateRateLimit,
  readRateLimit,
  openRateLimit,
  pauseHost,
} from '@thresher/store/harvest';

/** Permission to send a request now, or how long to wait before asking again. */
export interface HostRateLimitSlot extends StoredRateLimit {
  readonly waitMs: number;
  /** What `Counted.assumedAt` wants to know of a request that was permitted; null if there is no limit. */
  readonly assumedAt: number | null;
  /** From this request until the next one may be sent. */
  readonly nextInMs: number;
}

/** The requests of one process to a host. All processes share one rate limit, in `harvest.host_rate_limit`. */
export interface HostRateLimitSlots {
  /** Requests per minute; null: no limit known. */
  perMinute(): number | null;
  /** Reserves the permission to send one request, if one is free. */
  reserve(): Promise<HostRateLimitSlot>;
  /** Notes how long the reply to a request took, from its permission on. */
  noteReply(slot: Pick<HostRateLimitSlot, 'assumedAt'>, tookMs: number): void;
  /** Changes the rate; `sent`: how many requests the host has counted in the last minute. */
  changeRate(perMinute: number, sent: number): Promise<void>;
  /** Nothing is sent for a while. */
  pause(ms: number): Promise<void>;
  /** Nothing is sent for a while, at least for `retryAfterMs`; each block is longer than the one before. */
  block(reason: string, retryAfterMs: number | null): Promise<void>;
}

/** Opens the rate limit of a host, with a rate if one is given. */
export async function openHostRateLimitSlots(db: Db, host: string, rate: number | null, liftBlock: boolean): Promise<HostRateLimitSlots> {
  let { perMinute } = await openRateLimit(db, host, rate, liftBlock);
  const latencies = createLatencies();
  let counted: Counted[] = [];
  /** If there is no limit, the stored limit is read now and then only: a request writes nothing. */
  let freeUntil = -Infinity;

  async function lookForLimit(): Promise<HostRateLimitSlot | null> {
    if (performance.now() < freeUntil) return unlimited;
    const { waitMs, ...seen } = await readRateLimit(db, host);
    freeUntil = waitMs === 0 && seen.perMinute === null ? performance.now() + lookEveryMs : -Infinity;
    return seen.perMinute === null ? { ...unlimited, ...seen, waitMs } : null;
  }

  async function reserveStored(): Promise<HostRateLimitSlot> {
    const answers = counted;
    counted = [];
    return reserveHostRateLimitSlot(db, host, answers);
  }

  return {
    perMinute: () => perMinute,
    async reserve() {
      // A slot that is reserved twice is left unused once, which only costs time.
      const slot = (perMinute === null ? await lookForLimit() : null) ?? (await again(reserveStored));
      perMinute = slot.perMinute;
      return slot;
    },
    noteReply({ assumedAt }, tookMs) {
      if (assumedAt !== null) counted.push({ assumedAt, countedAt: countedBy(assumedAt, tookMs, latencies.usual()) });
      latencies.add(tookMs);
    },
    async changeRate(wanted, sent) {
      perMinute = wanted;
      const change = () =>
        updateRateLimit(db, host, (times, now) => ({
          times: timesOf(changeRateLimit({ ...inMs(times, now), perMinute: wanted }, sent, now.getTime())),
          result: null,
        }));
      await again(change);
    },
    async pause(ms) {
      freeUntil = -Infinity;
      await again(() => pauseHost(db, host, boundWaitMs(ms)));
    },
    async block(reason, retryAfterMs) {
      freeUntil = -Infinity;
      await blockHost(db, host, reason, retryAfterMs);
    },
  };
}

/** Nothing else may wait for these statements, so no signal ends the tries: there are few. */
const never = new AbortController().signal;
const again = <T>(statement: () => Promise<T>): Promise<T> => retryLost(statement, () => {}, never);

const unlimited: HostRateLimitSlot = { perMinute: null, block: null, waitMs: 0, assumedAt: null, nextInMs: 0 };

/** A pause or a limit that another process learned of is noticed so soon. */
const lookEveryMs = 500;

/** Takes the permission to send one request to a host, if there is one, and takes in what answers have shown. */
export async function reserveHostRateLimitSlot(db: Db, host: string, counted: readonly Counted[]): Promise<HostRateLimitSlot> {
  const { result, ...limit } = await updateRateLimit(db, host, (times, now) => {
    const perMinute = boundPerMinute(times.perMinute);
    const stored = inMs(times, now);
    if (perMinute === null) return { times: null, result: { waitMs: Math.max(0, stored.nextAt - now.getTime()) } };
    const taken = reserveRateLimitSlot(applyCounted({ ...stored, perMinute }, counted), now.getTime());
    return { times: timesOf(taken.slots), result: taken };
  });
  return { ...unlimited, ...limit, ...result };
}

const inMs = ({ nextAt, countedAt }: RateLimitTimes, now: Date) =>
  boundTimes({ nextAt: nextAt.getTime(), countedAt: countedAt.map((at) => at.getTime()) }, now.getTime());

const timesOf = ({ perMinute, nextAt, countedAt }: RateLimitSlots): RateLimitTimes => ({
  perMinute,
  nextAt: new Date(nextAt),
  countedAt: countedAt.map((at) => new Date(at)),
});

/** How long the last answers took. */
function createLatencies(): { add(ms: number): void; usual(): Latencies } {
  const last: number[] = [];
  return {
    add(ms) {
      last.push(ms);
      if (last.length > mostLatencies) last.shift();
    },
    // A few may all have been slow on their way.
    usual() {
      if (last.length < 20) return { fastestMs: 0, medianMs: 0 };
      const sorted = last.toSorted((a, b) => a - b);
      return { fastestMs: sorted[0]!, medianMs: sorted[sorted.length >> 1]! };
    },
  };
}

/** Servers become faster and slower. */
const mostLatencies = 100;
