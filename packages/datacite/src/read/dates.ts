import { readEdtf } from '../values/edtf.ts';
import { report } from './issues.ts';
import type { EdtfDate, MappingIssue, RecordDate, XmlElement } from '../record.ts';
import { attribute, textOf } from '../values/text.ts';

/** The dates of a `dates` element, in order. */
export function readDates(list: XmlElement, issues: MappingIssue[]): RecordDate[] {
  const dates: RecordDate[] = [];
  for (const element of list.children) {
    if (element.name !== 'date') continue;
    const text = textOf(element);
    if (text === null) report(issues, 'date-empty', `dates/${dates.length}`);
    else dates.push(toDate(text, attribute(element, 'dateType'), attribute(element, 'dateInformation'), `dates/${dates.length}`, issues));
  }
  return dates;
}

export function toDate(
  text: string,
  dateType: string | null,
  dateInformation: string | null,
  path: string,
  issues: MappingIssue[],
): RecordDate {
  const { start, end, fault } = readEdtf(text);
  if (fault !== null) report(issues, fault, path, text);
  return { text, start, end, dateType, dateInformation };
}

/**
 * The first `Issued`. Legacy Zenodo had none for embargoed records: there the embargo's end is `Available` and the
 * publication date `Accepted`.
 */
export function publicationDate(dates: readonly RecordDate[], legacy: boolean): EdtfDate | null {
  const date =
    dates.find((each) => each.dateType === 'Issued') ?? (legacy ? dates.find((each) => each.dateType === 'Accepted') : undefined);
  return date === undefined ? null : { text: date.text, start: date.start, end: date.end };
}

const YEAR = /^-?\d{1,4}$/;
const LEADING_YEAR = /^(\d{4})(?!\d)/;

/** The publication year; a full date in its place counts with its year. */
export function readYear(text: string | null, issues: MappingIssue[]): number | null {
  if (text === null) return null;
  if (YEAR.test(text)) return Number(text);
  report(issues, 'year-not-a-number', 'publicationYear', text);
  const leading = LEADING_YEAR.exec(text);
  return leading === null ? null : Number(leading[1]);
}
