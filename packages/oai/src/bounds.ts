/**
 * Bounds on the clocks, waits and counts that a server names. A server may be wrong by a factor of a million, and one such value
 * must not stop a harvest for years, nor move the point where the next one begins. Pure: `now` is an argument.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The longest wait that a server can demand: one day. */
export const longestWaitMs = dayMs;
/** The highest rate: one request per millisecond, because times are stored in whole milliseconds. */
export const mostPerMinute = 60_000;
/** A rate limit with a later reset, or a token with a longer life, is ignored. */
export const longestPeriodMs = 31 * dayMs;
/** How far a server's clock may be ahead of ours: a wrong time zone is up to 14 hours. */
export const clockToleranceMs = dayMs;
/** The largest `completeListSize` that is accepted; the largest aggregators list some hundred million records. */
export const mostDeclared = 10_000_000_000;
/** Node fires a timer of more milliseconds than this at once. */
const longestTimerMs = 2 ** 31 - 1;

/** OAI-PMH was first published in January 2001: an earlier server time is wrong. */
const firstServerMs = Date.UTC(2001, 0, 1);

/** Milliseconds to wait, from 0 to a day; 0 for a value that is not a number. */
export const boundWaitMs = (ms: number): number => (ms > 0 ? Math.min(ms, longestWaitMs) : 0);

/** Milliseconds for a timer: at least 1, and below the value at which Node fires it at once. */
export const boundTimerMs = (ms: number): number => (ms >= 1 ? Math.min(ms, longestTimerMs) : 1);

/** Requests per minute, from one per day to one per millisecond; null for a value that is not a rate. */
export const boundPerMinute = (perMinute: number | null): number | null =>
  perMinute === null || !(perMinute > 0) ? null : Math.min(Math.max(perMinute, 60_000 / dayMs), mostPerMinute);

/** What a server's value means, and a message for the log if the value was corrected. */
export interface Bounded<T> {
  readonly value: T;
  readonly doubt: string | null;
}

/**
 * The server's time by its `responseDate`. Our clock replaces it if it is missing, older than OAI-PMH, or more than a day ahead of
 * our clock: a harvest that is pinned to the year 9998 would leave nothing for the next one. A clock that is behind is accepted,
 * as the server dates its records by it.
 */
export function serverTime(responseDate: Date | null, now: Date): Bounded<Date> {
  if (responseDate === null) return { value: now, doubt: null };
  const aheadMs = responseDate.getTime() - now.getTime();
  const [theirs, ours] = [responseDate.toISOString(), now.toISOString()];
  if (aheadMs > clockToleranceMs || responseDate.getTime() < firstServerMs)
    return { value: now, doubt: `the responseDate ${theirs} is not believable: the harvest uses the clock of this machine, ${ours}` };
  const doubt =
    aheadMs < -clockToleranceMs
      ? `the clock of the server lags behind: its responseDate is ${theirs}, the clock of this machine says ${ours}; records it dated later are not harvested`
      : null;
  return { value: responseDate, doubt };
}

/**
 * The lower end of a repository by its `earliestDatestamp`, from which windows are cut: null if it lies in the future, 1970 if it is
 * older. No record is lost, because the first window has no `from`.
 */
export function boundEarliest(earliest: Date | null, now: Date): Date | null {
  if (earliest === null || earliest > now) return null;
  return earliest.getTime() < 0 ? new Date(0) : earliest;
}

/**
 * How long a token lives, in milliseconds, by its `expirationDate` and the server's clock. Null if the server did not state it, or if
 * it is not plausible: a token that has expired before it is sent, or lives longer than a month.
 */
export function tokenLifeMs(expirationDate: Date | null, responseDate: Date | null): Bounded<number | null> {
  if (expirationDate === null || responseDate === null) return { value: null, doubt: null };
  const lifeMs = expirationDate.getTime() - responseDate.getTime();
  if (lifeMs > 0 && lifeMs <= longestPeriodMs) return { value: lifeMs, doubt: null };
  const doubt =
    lifeMs > 0
      ? 'the expirationDate of a resumptionToken is more than a month after its responseDate: it is ignored'
      : 'the expirationDate of a resumptionToken is not after its responseDate: it is ignored';
  return { value: null, doubt };
}
