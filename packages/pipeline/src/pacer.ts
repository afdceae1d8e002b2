import { setTimeout as sleep } from 'node:timers/promises';
import { permittedPerMinute, type RateLimit } from '@thresher/oai';
import { blockHost, type Db, openBudget, pauseHost, setPace, takeSlot } from '@thresher/store';

/** Nothing may be sent to a host any more. */
export class HostBlockedError extends Error {
  override readonly name = 'HostBlockedError';
  readonly host: string;

  constructor(host: string, reason: string) {
    super(reason);
    this.host = host;
  }
}

/**
 * The pace at which one host is asked, shared with every other process through `harvest.budget`. Waiting requests are
 * served by the death of their token, the earliest first; those without a token come last.
 */
export interface Pacer {
  /** Resolves when a request may be sent. `deadline`: when its token dies, null for a request without one. */
  turn(deadline: Date | null, signal: AbortSignal): Promise<void>;
  /** Takes in what an answer said about the limit. */
  heed(rateLimit: RateLimit | null): Promise<void>;
  /** Nothing is sent for a while. */
  pause(ms: number): Promise<void>;
  block(reason: string): Promise<void>;
  /** Requests a minute; null: no limit known. */
  perMinute(): number | null;
}

interface Waiter {
  readonly deadline: number;
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

/**
 * Opens the budget of a host.
 *
 * @param rate requests a minute to start with (the `--rate` of the user, or what is known of the host); null: none known
 * @param fixed the rate is the user's wish: what the server says may only make it slower
 */
export async function createPacer(db: Db, host: string, rate: number | null, fixed: boolean): Promise<Pacer> {
  let perMinute = (await openBudget(db, host, rate)).perMinute;
  const waiting: Waiter[] = [];
  let serving = false;

  /** Each slot is given to whoever is most in need of it when it comes. */
  async function serve(): Promise<void> {
    serving = true;
    try {
      while (waiting.length > 0) {
        const slot = await takeSlot(db, host);
        perMinute = slot.perMinute;
        if (slot.blockedReason !== null) throw new HostBlockedError(host, slot.blockedReason);
        if (slot.waitMs === 0) mostUrgent(waiting)?.go();
        else await sleep(Math.min(slot.waitMs, longestSleepMs));
      }
    } catch (error) {
      for (const waiter of waiting.splice(0)) waiter.fail(error as Error);
    } finally {
      serving = false;
    }
  }

  return {
    perMinute: () => perMinute,
    turn(deadline, signal) {
      signal.throwIfAborted();
      return new Promise<void>((resolve, reject) => {
        const abort = () => {
          const index = waiting.indexOf(waiter);
          if (index >= 0) waiting.splice(index, 1);
          reject(signal.reason as Error);
        };
        const settle = (end: () => void): void => {
          signal.removeEventListener('abort', abort);
          end();
        };
        const waiter: Waiter = {
          deadline: deadline?.getTime() ?? Infinity,
          go: () => settle(resolve),
          fail: (error) => settle(() => reject(error)),
        };
        signal.addEventListener('abort', abort, { once: true });
        waiting.push(waiter);
        if (!serving) void serve();
      });
    },
    async heed(rateLimit) {
      const told = rateLimit === null ? null : permittedPerMinute(rateLimit, new Date());
      if (rateLimit === null || told === null) return;
      const wanted = fixed && rate !== null ? Math.min(rate, told) : told;
      const before = perMinute;
      perMinute = wanted;
      if (before === null) await setPace(db, host, wanted, sentWithoutPace(rateLimit));
      else if (Math.abs(wanted - before) >= before * 0.01) await setPace(db, host, wanted, 0);
      const reset = msUntilReset(rateLimit, new Date());
      if (reset > 60_000 / wanted + resetRoundingMs) await pauseHost(db, host, reset);
    },
    pause: (ms) => pauseHost(db, host, ms),
    block: (reason) => blockHost(db, host, reason),
  };
}

/** A block has to be noticed while a slot is far off. */
const longestSleepMs = 5_000;

/** What a server counted before its pace was known: at least the request that it answers. */
const sentWithoutPace = ({ limit, remaining }: RateLimit): number =>
  limit === null || remaining === null ? 1 : Math.max(1, limit - remaining);

/** Servers tell a reset in whole seconds, rounded up. */
const resetRoundingMs = 1_000;

/** How long nothing is permitted any more; 0 while something is. Where a harvest keeps its pace, that is a gap at most. */
function msUntilReset({ remaining, resetAt }: RateLimit, now: Date): number {
  return remaining === 0 && resetAt !== null ? Math.max(0, resetAt.getTime() - now.getTime()) : 0;
}

/** Takes the waiter whose token dies first out of the queue. */
function mostUrgent(waiting: Waiter[]): Waiter | undefined {
  const first = waiting.reduce<Waiter | undefined>((a, b) => (a === undefined || b.deadline < a.deadline ? b : a), undefined);
  if (first !== undefined) waiting.splice(waiting.indexOf(first), 1);
  return first;
}
