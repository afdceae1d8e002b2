import { fraction, hash } from '../random.ts';

/** `earliestDatestamp` of Zenodo: the first record of every corpus has exactly this one. */
export const EARLIEST = Date.parse('2014-02-03T14:41:33Z');
export const DEFAULT_END = Date.parse('2026-08-31T21:00:00Z');

/** Months in which nothing at all happened: a harvester that stops at an empty window stops here. */
const EMPTY_MONTHS: readonly (readonly [number, number])[] = ['2014-05', '2014-11', '2015-08', '2016-02', '2018-12'].map((month) => {
  const start = new Date(`${month}-01T00:00:00Z`);
  return [start.getTime(), Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)] as const;
});

/** Bulk re-indexing: start and length. The second one runs over midnight and the end of a month. */
const BULK_EVENTS: readonly (readonly [number, number])[] = [
  [Date.parse('2019-03-14T02:00:00Z'), 3_000],
  [Date.parse('2021-06-30T23:59:58Z'), 4_000],
  [Date.parse('2023-10-13T08:00:00Z'), 7_200_000],
  [Date.parse('2024-11-05T04:20:00Z'), 30_000],
  [Date.parse('2026-06-17T01:30:00Z'), 600_000],
];

const GROWTH = 1 / 2.2;
const DAY = 86_400_000;

/** When a record was created and when its metadata last changed (its datestamp), in milliseconds since 1970. */
export interface Timeline {
  created(number: number): number;
  updated(number: number): number;
}

/** Records become more frequent over the years: their cumulated number grows with the power 2.2 of time. */
export function createTimeline(seed: number, size: number, end: number): Timeline {
  const span = end - EARLIEST;
  const created = (number: number): number => {
    if (number === 0) return EARLIEST;
    const part = Math.min(1, (number + fraction(seed, number, 31)) / Math.max(size, 1));
    return outsideEmptyMonths(Math.floor(EARLIEST + span * part ** GROWTH));
  };
  const updated = (number: number): number => {
    if (number === 0) return EARLIEST;
    const start = created(number);
    const kind = hash(seed, number, 32) % 100;
    const along = fraction(seed, number, 33);
    if (kind < 45) return Math.min(end, outsideEmptyMonths(Math.floor(start + along * 2 * DAY)));
    if (kind < 75) return bulkMoment(start, hash(seed, number, 34), along) ?? start;
    return outsideEmptyMonths(Math.floor(start + (end - start) * along * along));
  };
  return { created, updated };
}

function bulkMoment(after: number, choice: number, along: number): number | undefined {
  const first = BULK_EVENTS.findIndex(([start]) => start >= after);
  if (first < 0) return undefined;
  const [start, length] = BULK_EVENTS[first + (choice % (BULK_EVENTS.length - first))] as readonly [number, number];
  return Math.floor(start + along * length);
}

function outsideEmptyMonths(ms: number): number {
  for (const [start, end] of EMPTY_MONTHS) if (ms >= start && ms < end) return end + (ms - start);
  return ms;
}
