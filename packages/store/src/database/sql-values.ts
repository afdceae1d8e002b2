/**
 * A day of the normalised record (`2024-05-01`, years before 1 as `-0043-03-15`) in the spelling of Postgres
 * (`0044-03-15 BC`). Null for what Postgres could not hold: no such day, or before 4713 BC.
 */
export function toSqlDate(day: string | null | undefined): string | null {
  const match = /^([+-]?\d{4,6})-(\d\d)-(\d\d)$/.exec(day ?? '');
  if (!match) return null;
  const [year, month, dayOfMonth] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < -4711 || !isDay(year, month, dayOfMonth)) return null;
  // ISO counts 1 BC as year 0.
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0');
  return `${shown}-${match[2]}-${match[3]}${year > 0 ? '' : ' BC'}`;
}

/** The inverse: converts a date as PostgreSQL writes it to a day of the normalised record. */
export function fromSqlDate(date: string | null): string | null {
  if (date === null || !date.endsWith(' BC')) return date;
  const year = Number(date.slice(0, date.indexOf('-'))) - 1;
  return `${year === 0 ? '' : '-'}${String(year).padStart(4, '0')}${date.slice(date.indexOf('-'), -3)}`;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** A whole number that fits `int`, else null. */
export function toSqlInt(value: number | null): number | null {
  return value !== null && Number.isInteger(value) && Math.abs(value) <= 2_147_483_647 ? value : null;
}

/** Whether Postgres can hold what this JSON says: it has neither U+0000 nor half surrogate pairs. A literal backslash gives a false alarm only. */
export function isStorable(json: string): boolean {
  // JSON.stringify escapes exactly these two kinds as \u0000 and \ud….
  return !/\\u(0000|d[89a-f])/.test(json);
}

/** The same of a text as it is, which need not be made JSON for that. */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

/**
 * The value without what Postgres cannot hold: U+0000 is dropped, half surrogate pairs become U+FFFD. XML has neither,
 * but a JSON string inside a description may.
 */
export function mend<T>(value: T): T {
  return mended(value) as T;
}

/** The same value if PostgreSQL can store it, otherwise a mended copy. */
export function toStorable<T>(value: T): T {
  return isStorable(JSON.stringify(value)) ? value : mend(value);
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed();
  if (Array.isArray(value)) return value.map(mended);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mended(part)]));
}
