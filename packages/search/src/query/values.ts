import { QueryError } from '../errors.ts';
import { textForm, valueForm } from '../text-forms.ts';
import { comparableIdentifier } from '../identifier-forms.ts';
import type { ValueField } from './fields.ts';
import { recogniseIdentifier } from './identifiers.ts';
import type { Leaf } from './parse.ts';

type FieldPosition = Pick<Leaf, 'field' | 'position'>;

const DATE = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?$/;
/** Relative to now, as Elasticsearch writes it: `now-7d/d`. */
const RELATIVE_DATE = /^now(?:[+-]\d{1,6}[yMwdhms])*(?:\/[yMwdhms])?$/;

/** A value in the form that Elasticsearch needs for the field. Throws `QueryError` if the field cannot have such a value. */
export function valueOf(written: string, field: ValueField, place: FieldPosition): string {
  const text = valueForm(written);
  switch (field.kind) {
    case 'label':
    case 'version':
    case 'type':
    case 'award':
    case 'custom':
      return text;
    case 'flag':
      if (/^(?:true|false)$/i.test(text)) return text.toLowerCase();
      throw wrongValue(`'${place.field}' is true or false, not '${text}'`, place);
    case 'choice':
      return choiceOf(text, field, place);
    case 'identifier':
      return field.paths.includes('funding.funder_doi')
        ? comparableIdentifier(text, 'Crossref Funder ID')
        : (recogniseIdentifier(text)?.value ?? text);
    case 'number':
      if (/^-?\d{1,15}$/.test(text)) return text;
      throw wrongValue(`'${text}' is no whole number, and '${place.field}' needs one`, place);
    case 'date':
      return dateOf(text, place);
  }
}

function choiceOf(text: string, { choices = {} }: ValueField, place: FieldPosition): string {
  const choice = text.toLowerCase();
  if (Object.hasOwn(choices, choice)) return choice;
  throw wrongValue(`'${place.field}' is ${Object.keys(choices).join(' or ')}, not '${text}'`, place);
}

/**
 * A year, a month or a day stands for all of it: Elasticsearch rounds to the beginning or the end as the side of the
 * range asks, but only when told (`2024||/y`). `2024-*` means the same as `2024`.
 */
function dateOf(text: string, place: FieldPosition): string {
  const date = text.replace(/-?\*$/, '');
  if (RELATIVE_DATE.test(date)) return date;
  if (DATE.test(date) && isCalendarDate(date)) return date + (ROUNDING[date.length] ?? '');
  throw wrongValue(`'${text}' is no date: write ${place.field}:2024, ${place.field}:2024-05-31 or ${place.field}:[2024-01-01 TO *]`, place);
}

const ROUNDING: Readonly<Record<number, string>> = { 4: '||/y', 7: '||/M', 10: '||/d' };

function isCalendarDate(date: string): boolean {
  const [year, month = '01', day = '01'] = date.slice(0, 10).split('-');
  const parsed = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(`${year}-${month}-${day}`);
}

/** Folded as the index folds words: lower case, no accents on Latin letters, no ligatures, usual width. Wildcards stay. */
export function foldPattern(pattern: string): string {
  return textForm(pattern)
    .normalize('NFKD')
    .replace(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .normalize('NFC')
    .replace(/[\u0300-\u036f\u200c\u200d]/gu, '')
    .toLowerCase()
    .replace(/[æœøłđðþıß]/g, (letter) => LETTERS[letter]!);
}

/** Latin letters that Unicode does not take apart, as the index has them. */
const LETTERS: Readonly<Record<string, string>> = { æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', ß: 'ss' };

/** A pattern with fewer than two letters would scan most of the index. */
export function checkedPattern(pattern: string, place: FieldPosition): string {
  if (pattern.replace(/[*?\\]/g, '').length >= 2) return pattern;
  throw new QueryError(`the pattern '${pattern}' at character ${place.position + 1} is too wide: give at least two letters with * or ?`, {
    code: 'too-complex',
    position: place.position,
  });
}

export function wrongValue(message: string, { position }: FieldPosition): QueryError {
  return new QueryError(message, { code: 'wrong-value', position });
}
