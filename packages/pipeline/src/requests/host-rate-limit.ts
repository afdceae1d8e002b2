import { setTimeout as sleep } from 'node:timers/promises';
import { permittedPerMinute, type RateLimit } from '@thresher/oai';
import type { Db } from '@thresher/store/database';
import { blockSentence, type HostBlock } from '@thresher/store/harvest';
import { type HostRateLimitSlot, type HostRateLimitSlots, openHostRateLimitSlots } from './host-rate-limit-slots.ts';

/** A host refused this client, and nothing is sent to it for a while. */
export class HostBlockedError extends Error {
  override readonly name = 'HostBlockedError';
  readonly host: string;
  readonly until: Date;

  constructor(host: string, block: HostBlock) {
    super(blockSentence(host, block));
    this.host = host;
    this.until = block.until;
  }
}

/** The permission to send one request. `noteReply` reads from it how long the reply took. */
export interface Turn extends Pick<HostRateLimitSlot, 'assumedAt' | 'nextInMs'> {
  /** Before the permission was given, by `performance.now()`. */
  readonly at: number;
}

/**
 * The rate limit of one host, shared with every other process through `harvest.host_rate_limit`. Requests are sent in order of token
 * expiry; those without a token come last.
 */
export interface HostRateLimit {
  /** Host and port. */
  readonly host: string;
  /** Resolves when a request may be sent. `deadline`: when its token expires, null for a request without one. */
  turn(deadline: Date | null, signal: AbortSignal): Promise<Turn>;
  /** Notes that the reply to a request has come, and the rate limit that it reports. */
  noteReply(turn: Turn, rateLimit: RateLimit | null): Promise<void>;
  /** Nothing is sent for a while. */
  pause(ms: number): Promise<void>;
  /** Nothing is sent for a while, at least for `retryAfterMs`; each block is longer than the one before. */
  block(reason: string, retryAfterMs: number | null): Promise<void>;
  /** Requests per minute; null: no limit known. */
  perMinute(): number | null;
}

interface Waiter {
  readonly deadline: number;
  readonly go: (turn: Turn) => void;
  readonly fail: (error: Error) => void;
}

/**
 * Opens the rate limit of a host.
 *
 * @param rate requests per minute to start with (the `--rate` of the user, or what is known of the host); null: none known
 * @param fixed the rate is the user's wish: what the server says may only make it slower
 * @param liftBlock ends a block of the host: for commands of a person
 */
export async function openHostRateLimit(
  db: Db,
  host: string,
  rate: number | null,
  fixed: boolean,
  liftBlock = false,
): Promise<HostRateLimit> {
  const slots = await openHostRateLimitSlots(db, host, rate, liftBlock);
  const waiting: Waiter[] = [];
  let serving = false;

  /** Each slot goes to the request whose token expires first. */
  async function serve(): Promise<void> {
    serving = true;
    try {
      while (waiting.length > 0) {
        const at = performance.now();
        const slot = await slots.reserve();
        if (slot.block !== null) throw new HostBlockedError(host, slot.block);
        if (slot.waitMs === 0) mostUrgent(waiting)?.go({ ...slot, at });
        else await sleep(Math.min(slot.waitMs, longestSleepMs));
      }
    } catch (error) {
      for (const waiter of waiting.splice(0)) waiter.fail(error as Error);
    } finally {
      serving = false;
    }
  }

  return {
    host,
    perMinute: slots.perMinute,
    turn(deadline, signal) {
      signal.throwIfAborted();
      return new Promise<Turn>((resolve, reject) => {
        const abort = () => {
          const index = waiting.indexOf(waiter);
          if (index >= 0) waiting.splice(index, 1);
          reject(signal.reason as Error);
        };
        const finish = (end: () => void): void => {
          signal.removeEventListener('abort', abort);
          end();
        };
        const waiter: Waiter = {
          deadline: deadline?.getTime() ?? Infinity,
          go: (turn) => finish(() => resolve(turn)),
          fail: (error) => finish(() => reject(error)),
        };
        signal.addEventListener('abort', abort, { once: true });
        waiting.push(waiter);
        if (!serving) void serve();
      });
    },
    async noteReply(turn, rateLimit) {
      const tookMs = performance.now() - turn.at;
      slots.noteReply(turn, tookMs);
      if (rateLimit !== null) await applyLimit(slots, rateLimit, { turn, tookMs, mostPerMinute: fixed ? rate : null });
    },
    pause: slots.pause,
    block: slots.block,
  };
}

interface AnsweredTurn {
  readonly turn: Turn;
  readonly tookMs: number;
  /** The user's own limit; null: none. */
  readonly mostPerMinute: number | null;
}

/** Adopts the limit that an answer reports, and waits for its reset if others have used it up. */
async function applyLimit(slots: HostRateLimitSlots, rateLimit: RateLimit, { turn, tookMs, mostPerMinute }: AnsweredTurn): Promise<void> {
  const told = permittedPerMinute(rateLimit, new Date());
  if (told === null) return;
  const [before, wanted] = [slots.perMinute(), mostPerMinute === null ? told : Math.min(mostPerMinute, told)];
  if (before === null) await slots.changeRate(wanted, sentWithoutPace(rateLimit, told));
  else if (Math.abs(wanted - before) >= before * 0.01) await slots.changeRate(wanted, 0);
  const reset = msUntilReset(rateLimit, new Date());
  if (reset > ownWaitMs(turn, tookMs, wanted)) await slots.pause(reset);
}

/** For a command without a database to share a limit through: every turn comes at once, and a pause holds up the caller alone. */
export function unsharedRateLimit(host: string, signal: AbortSignal): HostRateLimit {
  return {
    host,
    turn: () => Promise.resolve({ at: performance.now(), assumedAt: null, nextInMs: 0 }),
    noteReply: () => Promise.resolve(),
    pause: (ms) => sleep(ms, undefined, { signal }),
    block: () => Promise.resolve(),
    perMinute: () => null,
  };
}

/** A block has to be noticed while a slot is far off. */
const longestSleepMs = 5_000;

/** What a server counted before its pace was known: at least the request that it answers. It says so where it counts by the minute. */
const sentWithoutPace = ({ limit, remaining }: RateLimit, told: number): number =>
  limit === null || remaining === null || limit !== told ? 1 : Math.max(1, limit - remaining);

/** How long nothing is permitted any more; 0 while something is. */
function msUntilReset({ remaining, resetAt }: RateLimit, now: Date): number {
  return remaining === 0 && resetAt !== null ? Math.max(0, resetAt.getTime() - now.getTime()) : 0;
}

/**
 * How far off a reset may be where only this installation asks: until its own next request, two gaps more where another
 * of its processes has sent one since, and a second, as servers report it in whole ones.
 */
const ownWaitMs = ({ nextInMs }: Turn, took: number, perMinute: number): number => nextInMs - took + 120_000 / perMinute + 1_000;

/** Takes the waiter whose token dies first out of the queue. */
function mostUrgent(waiting: Waiter[]): Waiter | undefined {
  const first = waiting.reduce<Waiter | undefined>((a, b) => (a === undefined || b.deadline < a.deadline ? b : a), undefined);
  if (first !== undefined) waiting.splice(waiting.indexOf(first), 1);
  return first;
}
