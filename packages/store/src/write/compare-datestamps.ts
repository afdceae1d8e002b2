/** How far ahead of our clock a datestamp may be and still decide which version is newer: time zones are mistaken by up to 14 hours. */
const toleranceMs = 86_400_000;

/**
 * Which of two datestamps is newer: above 0 the first, below 0 the second. 0, so that the page decides, also if one is more than a day
 * ahead of the clock: a datestamp of the year 9998 would keep every later version out.
 */
export function compareDatestamps(one: Date | null, other: Date | null, now: Date): number {
  const latestMs = now.getTime() + toleranceMs;
  const [a, b] = [timeOf(one), timeOf(other)];
  return a > latestMs || b > latestMs ? 0 : a - b;
}

/** The datestamp in milliseconds. A record without one is older than any other; finite, because the difference of infinities is NaN. */
export function timeOf(datestamp: Date | null): number {
  return datestamp?.getTime() ?? -Number.MAX_SAFE_INTEGER;
}
