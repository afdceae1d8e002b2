import { type Granularity, stepMs } from './datestamp.ts';

/**
 * Windows: slices of a list by datestamp. `from` and `until` are both inclusive (OAI-PMH 2.0 section 2.7.1); a bound
 * of null is not sent. Two neighbours [T, U] and [U + 1 unit, V] leave no gap and share nothing: a server that keeps
 * fractions of seconds takes `until=…:05Z` to the end of that second (observed on Zenodo's own software).
 */

export interface DateWindow {
  readonly from: Date | null;
  readonly until: Date | null;
}

/** No repository of this protocol is older than its first version; a guess only where a lower bound is needed to cut. */
const beforeAllMs = Date.UTC(2000, 0, 1);

interface Bounds {
  readonly first: number;
  readonly last: number;
}

/** First and last unit of a window, in units since 1970. */
function bounds(window: DateWindow, granularity: Granularity, earliest: Date | null): Bounds | null {
  if (window.until === null) return null;
  const unit = stepMs(granularity);
  const last = Math.floor(window.until.getTime() / unit);
  const lower = window.from?.getTime() ?? Math.min(earliest?.getTime() ?? beforeAllMs, window.until.getTime());
  return { first: Math.floor(lower / unit), last };
}

/** Whether a window can be cut: it has an upper bound and holds more than one unit of time. */
export function isDivisible(window: DateWindow, granularity: Granularity, earliest: Date | null = null): boolean {
  const edge = bounds(window, granularity, earliest);
  return edge !== null && edge.last > edge.first;
}

/**
 * Cuts a window into at most `parts` windows of equal time, gapless and disjoint, that cover it exactly. The first
 * keeps an open lower bound open, so that records older than `earliest` (an earliestDatestamp that is wrong) stay in.
 * A window that cannot be cut comes back alone.
 */
export function splitWindow(window: DateWindow, parts: number, granularity: Granularity, earliest: Date | null = null): DateWindow[] {
  const edge = bounds(window, granularity, earliest);
  if (edge === null || edge.last <= edge.first) return [window];
  const units = edge.last - edge.first + 1;
  const count = Math.max(2, Math.min(Math.floor(parts), units));
  return cutAt(
    window,
    Array.from({ length: count - 1 }, (_, i) => edge.first + Math.floor((units * (i + 1)) / count)),
    granularity,
  );
}

/** Cuts a window before each of these units, which are ascending and inside it. */
function cutAt(window: DateWindow, starts: readonly number[], granularity: Granularity): DateWindow[] {
  const unit = stepMs(granularity);
  return [null, ...starts].map((start, i) => ({
    from: start === null ? window.from : new Date(start * unit),
    until: i === starts.length ? window.until : new Date((starts[i]! - 1) * unit),
  }));
}

/**
 * Cuts a window as `splitWindow` does, but into parts of about as many records, as far as a sample of their datestamps
 * tells: records do not come evenly over time. Parts may be fewer than asked for, where many records share one unit.
 *
 * @param sample datestamps of records in the window, in milliseconds since 1970, in any order
 */
export function splitByDensity(
  window: DateWindow,
  parts: number,
  sample: readonly number[],
  granularity: Granularity,
  earliest: Date | null = null,
): DateWindow[] {
  const edge = bounds(window, granularity, earliest);
  if (edge === null || edge.last <= edge.first) return [window];
  const unit = stepMs(granularity);
  const seen = sample
    .map((ms) => Math.floor(ms / unit))
    .filter((at) => at >= edge.first && at <= edge.last)
    .sort((a, b) => a - b);
  const marks = [edge.first, ...seen, edge.last + 1];
  const starts = Array.from({ length: Math.floor(parts) - 1 }, (_, i) => quantile(marks, (i + 1) / parts));
  const inside = [...new Set(starts)].filter((start) => start > edge.first && start <= edge.last);
  return inside.length === 0 ? splitWindow(window, parts, granularity, earliest) : cutAt(window, inside, granularity);
}

/** Below what value a share of ascending values lies, between two of them as far along as the share is. */
function quantile(values: readonly number[], share: number): number {
  const place = share * (values.length - 1);
  const below = Math.floor(place);
  const [low, high] = [values[below]!, values[below + 1] ?? values[below]!];
  return Math.ceil(low + (high - low) * (place - below));
}

/** Whether a datestamp lies in a window, to the unit. */
export function isInside(window: DateWindow, datestamp: Date, granularity: Granularity): boolean {
  const unit = stepMs(granularity);
  const at = Math.floor(datestamp.getTime() / unit);
  const from = window.from === null ? -Infinity : Math.floor(window.from.getTime() / unit);
  const until = window.until === null ? Infinity : Math.floor(window.until.getTime() / unit);
  return at >= from && at <= until;
}

/**
 * How many records a window's list should have, so that a harvest needs the fewest requests. A list that breaks off
 * is begun again, which costs half of it on average; every list costs about one page more (a half-full last
 * page, the first page of a window that had to be cut). With a share p of requests that break a list, n pages cost
 * n·p/2 + 1/n each, least at n = √(2/p).
 *
 * @param requests sent so far
 * @param breaks how many of them broke a list off
 */
export function targetListSize(pageSize: number, requests: number, breaks: number): number {
  const share = (breaks + priorBreaks) / (requests + priorRequests);
  const pages = Math.sqrt(2 / share);
  return Math.round(Math.min(pages * pageSize, maxTarget));
}

/**
 * What is believed before the first request: that a list of 70 pages is best. One list that breaks off moves that to
 * about 20 pages. Tried in a model with 10,000 to 1,000,000 records and up to 5 % of requests that break a list: a belief
 * held three times as firmly costs up to 20 % more requests where lists break, one held less firmly saves nothing.
 */
const priorRequests = 300;
const priorBreaks = 0.12;
/** Lists are cut above 1.6 times the target, so none is longer than about 10,000 records. */
const maxTarget = 6_000;
