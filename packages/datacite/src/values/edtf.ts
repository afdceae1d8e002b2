import type { EdtfDate } from '../record.ts';
import { proseToEdtf } from './prose-date.ts';

/** The first and last day of something; null on an open or unknown side. */
interface Span {
  readonly start: string | null;
  readonly end: string | null;
}

export interface ReadDate extends EdtfDate {
  /** Why the dates are not as simple as the text pretends. */
  readonly fault: 'date-not-readable' | 'date-interval-reversed' | null;
}

const FULL = /^(\d{4})-(\d{2})-(\d{2})$/;
// The year may be -YYYY, the month and day of one digit, separated by hyphens, slashes or (eight digits) nothing; a time may follow.
const PARTS = /^(-?\d{4})(?:([-/]?)(\d{1,2})(?:\2(\d{1,2}))?)?(?:[T ]\d{2}.*)?$/;
const UNSPECIFIED = /^(-?)(\d{1,4})([xXuU?]{0,3})(?:-(\d{2}|[xXuU?]{2})(?:-(\d{2}|[xXuU?]{2}))?)?$/;
const BEFORE_CHRIST = /^(\d{1,4})\s*B\.?\s?C\.?(?:\s?E\.?)?$/i;
// Level 1 of EDTF for years of more than four digits, and the signed years of fewer that people write.
const OTHER_YEAR = /^(?:Y(-?\d{5,6})|(-\d{1,3}))$/;
const OPEN = /^(?:\.\.|open|unknown|\*|)$/i;
const UNCERTAIN = /[~?%]+$/;
const NOTHING: Span = { start: null, end: null };

/**
 * A date or interval as DataCite allows it (EDTF levels 0 and 1 with sets of level 2, W3C-DTF, RKMS-ISO8601), or in words, with the first and
 * last day it covers: `2024` is 2024-01-01 … 2024-12-31, `199X` is 1990-01-01 … 1999-12-31, `2019-01-01/` is open at its end.
 * Years count as in ISO 8601: `0000` is 1 BC, `-0024` is 25 BC. Times of day are dropped without regard to their zone.
 */
export function readEdtf(text: string): ReadDate {
  if (FULL.test(text) && isDay(text)) return { text, start: text, end: text, fault: null };
  const span = readSpan(text) ?? readProse(text);
  if (span === null || (span.start === null && span.end === null)) return { text, ...NOTHING, fault: 'date-not-readable' };
  if (span.start !== null && span.end !== null && isAfter(span.start, span.end)) {
    return { text, ...exchanged(text), fault: 'date-interval-reversed' };
  }
  return { text, start: span.start, end: span.end, fault: null };
}

const readSpan = (text: string): Span | null => readInterval(text) ?? readSet(text) ?? readDate(text);

function readProse(text: string): Span | null {
  const edtf = proseToEdtf(text);
  return edtf === null ? null : readSpan(edtf);
}

function isDay(text: string): boolean {
  const [, year, month, number] = FULL.exec(text)!.map(Number) as [number, number, number, number];
  return number >= 1 && number <= lastDay(year, month);
}

function readInterval(text: string): Span | null {
  const slash = text.indexOf('/');
  if (slash === -1 || slash !== text.lastIndexOf('/')) return null;
  const from = readSide(text.slice(0, slash));
  const until = readSide(text.slice(slash + 1));
  return from === null || until === null ? null : { start: from.start, end: until.end };
}

function readSide(text: string): Span | null {
  return OPEN.test(text.trim()) ? NOTHING : readDate(text.trim());
}

/** Both sides named, the later one first: what lies between them all the same. */
function exchanged(text: string): Span {
  const [first = '', second = ''] = text.split('/');
  return { start: readSide(second)?.start ?? null, end: readSide(first)?.end ?? null };
}

/** `[1667,1668..1670]` and `{1960,1961-12}`: from the earliest to the latest. */
function readSet(text: string): Span | null {
  if (!/^[[{].*[\]}]$/.test(text)) return null;
  const members = text
    .slice(1, -1)
    .split(/,|\.\./)
    .map((part) => part.trim());
  const first = readSide(members[0] ?? '');
  const last = readSide(members.at(-1) ?? '');
  return first === null || last === null ? null : { start: first.start, end: last.end };
}

function readDate(text: string): Span | null {
  const bare = text.trim().replace(UNCERTAIN, '');
  const parts = PARTS.exec(bare);
  if (parts !== null) return spanOf(Number(parts[1]), parts[3], parts[4]);
  return readUnspecified(text.trim()) ?? readBeforeChrist(bare) ?? readOtherYear(bare);
}

function spanOf(year: number, monthText: string | undefined, dayText: string | undefined): Span | null {
  if (monthText === undefined) return { start: day(year, 1, 1), end: day(year, 12, 31) };
  const month = Number(monthText);
  // Seasons and quarters of EDTF (21 … 41) have no agreed days: the year covers them.
  if (month >= 21 && month <= 41 && dayText === undefined) return spanOf(year, undefined, undefined);
  if (month < 1 || month > 12) return null;
  const last = lastDay(year, month);
  if (dayText === undefined) return { start: day(year, month, 1), end: day(year, month, last) };
  const number = Number(dayText);
  if (number < 1 || number > last) return null;
  return { start: day(year, month, number), end: day(year, month, number) };
}

function readUnspecified(text: string): Span | null {
  const parts = UNSPECIFIED.exec(text.replace(/[~%]+$/, ''));
  if (parts === null || parts[2]!.length + parts[3]!.length !== 4) return null;
  const [, sign, digits, unknown, month, dayText] = parts;
  const low = Number(digits! + '0'.repeat(unknown!.length));
  const high = Number(digits! + '9'.repeat(unknown!.length));
  const years = sign === '-' ? [-high, -low] : [low, high];
  const known = (part: string | undefined) => (part !== undefined && /^\d/.test(part) ? part : undefined);
  const from = spanOf(years[0]!, known(month), known(month) && known(dayText));
  const until = spanOf(years[1]!, known(month), known(month) && known(dayText));
  return from === null || until === null ? null : { start: from.start, end: until.end };
}

function readBeforeChrist(text: string): Span | null {
  const parts = BEFORE_CHRIST.exec(text);
  return parts === null ? null : spanOf(1 - Number(parts[1]), undefined, undefined);
}

function readOtherYear(text: string): Span | null {
  const parts = OTHER_YEAR.exec(text);
  return parts === null ? null : spanOf(Number(parts[1] ?? parts[2]), undefined, undefined);
}

function lastDay(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function day(year: number, month: number, number: number): string {
  const sign = year < 0 ? '-' : '';
  return `${sign}${pad(Math.abs(year), 4)}-${pad(month, 2)}-${pad(number, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** Days compare as text, except that before year 0 a greater text is an earlier year. */
function isAfter(one: string, other: string): boolean {
  const oneBefore = one.startsWith('-');
  if (oneBefore !== other.startsWith('-')) return other.startsWith('-');
  if (!oneBefore || one.slice(0, 5) === other.slice(0, 5)) return one > other;
  return one < other;
}
