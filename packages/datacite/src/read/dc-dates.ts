import { toDate } from './dates.ts';
import type { EdtfDate, MappingIssue, RecordDate } from '../record.ts';

const EMBARGO_END = /^info:eu-repo\/date\/embargoEnd\/(.+)$/i;
const TIME = /T\d{2}:/;

/** A `dc:date`, which has no type; only the end of an embargo says what it is. */
export function dcDate(text: string, path: string, issues: MappingIssue[]): RecordDate {
  const embargoEnd = EMBARGO_END.exec(text)?.[1];
  return embargoEnd === undefined ? toDate(text, null, null, path, issues) : toDate(embargoEnd, 'Available', null, path, issues);
}

/** DSpace puts the times of deposit and release before the date of issue: the first without a time of day is taken, else the first. */
export function dcPublicationDate(dates: readonly RecordDate[]): EdtfDate | null {
  const candidates = dates.filter((each) => each.dateType === null);
  const date = candidates.find((each) => !TIME.test(each.text)) ?? candidates[0];
  return date === undefined ? null : { text: date.text, start: date.start, end: date.end };
}
