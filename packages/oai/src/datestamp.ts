/** The two granularities of OAI-PMH 2.0 (section 3.3): days, or seconds in UTC. */
export type Granularity = 'YYYY-MM-DD' | 'YYYY-MM-DDThh:mm:ssZ';

const DATESTAMP =
  /^(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * The instant of a datestamp, null if it has none. In addition to the two forms of the protocol it reads what servers send:
 * fractions of seconds, offsets (`+02:00`), a blank for the `T`, no `Z` (read as UTC), a day or month left out (the first).
 * Null also outside the years 1 to 9999, which neither a datestamp nor PostgreSQL's text form of a time can write.
 */
export function parseDatestamp(text: string): Date | null {
  const match = DATESTAMP.exec(text.trim());
  if (match === null) return null;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const seconds = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  // Not Date.UTC: it takes the years 0-99 for 1900-1999, and 0001-01-01 does occur as an earliestDatestamp.
  const local = Date.parse(`${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  // Date.parse rolls 30 February over to March.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(seconds)) return null;
  const instant = new Date(local - offsetMs(zone));
  const utcYear = instant.getUTCFullYear();
  return utcYear >= 1 && utcYear <= 9999 ? instant : null;
}

function offsetMs(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
}

/** The datestamp of an instant, cut (not rounded) to the granularity, in UTC. */
export function formatDatestamp(instant: Date, granularity: Granularity): string {
  const iso = instant.toISOString();
  return granularity === 'YYYY-MM-DD' ? iso.slice(0, 10) : `${iso.slice(0, 19)}Z`;
}

/** The granularity a datestamp is written in, by its form alone; null if it is not a datestamp. */
export function datestampGranularity(text: string): Granularity | null {
  if (parseDatestamp(text) === null) return null;
  return /[T ]\d{2}:?\d{2}/.test(text) ? 'YYYY-MM-DDThh:mm:ssZ' : 'YYYY-MM-DD';
}

/** The instant `seconds` later; a negative number gives an earlier one. */
export function addSeconds(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}

/** The next instant the granularity can name after this one: `from` of the window that follows `until`. */
export function nextDatestamp(instant: Date, granularity: Granularity): Date {
  const step = stepMs(granularity);
  return new Date((Math.floor(instant.getTime() / step) + 1) * step);
}

/** One unit of the granularity in milliseconds: the difference of two adjacent datestamps (86,400,000 or 1,000). */
export function stepMs(granularity: Granularity): number {
  return granularity === 'YYYY-MM-DD' ? 86_400_000 : 1000;
}

/**
 * What an `Identify` answer means by its granularity, null if it is neither of the two. Servers write it in other cases
 * and spellings (`YYYY-MM-DDTHH:MM:SSZ`).
 */
export function parseGranularity(text: string): Granularity | null {
  const plain = text.trim().toUpperCase();
  if (plain === 'YYYY-MM-DD') return 'YYYY-MM-DD';
  return plain.startsWith('YYYY-MM-DDT') ? 'YYYY-MM-DDThh:mm:ssZ' : null;
}
