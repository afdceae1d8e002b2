import type { estypes } from '@elastic/elasticsearch';
import { customNumber, customTerm } from '../custom-terms.ts';
import { comparableIdentifier } from '../identifier-forms.ts';
import { CUSTOM_VALUE_GAP } from '../mapping.ts';
import { textForm } from '../text-forms.ts';
import type { ValueField } from './fields.ts';
import type { Leaf } from './parse.ts';
import { wrongValue } from './values.ts';

type Query = estypes.QueryDslQueryContainer;
type Range = Extract<Leaf, { kind: 'range' }>;

const anyOf = (queries: readonly Query[]): Query => (queries.length === 1 ? queries[0]! : { dis_max: { queries: [...queries] } });
const keysOf = ({ keys = [] }: ValueField): readonly string[] => keys;

/** A whole value of one of the custom fields, in any case, or words that stand next to each other in one. */
export function customQuery(text: string, field: ValueField): Query {
  const others = field.paths.filter((path) => path !== 'custom');
  return anyOf([
    ...keysOf(field).flatMap((key) => [wholeValue(key, text), wordsOf(key, text)]),
    ...others.map((path): Query => ({ term: { [path]: { value: comparableIdentifier(text) } } })),
  ]);
}

const wholeValue = (key: string, text: string): Query => ({ term: { custom: { value: customTerm(key, text), boost: 2 } } });

/** The name of the field followed by the words, within one value. */
const wordsOf = (key: string, text: string): Query => ({
  intervals: {
    'custom.words': {
      all_of: {
        ordered: true,
        max_gaps: CUSTOM_VALUE_GAP - 1,
        intervals: [key, textForm(text)].map((query) => ({ match: { query, ordered: true, max_gaps: 0 } })),
      },
    },
  },
});

/** Wildcards in a value. */
export function customPattern(pattern: string, field: ValueField): Query {
  return anyOf(keysOf(field).map((key) => ({ wildcard: { custom: { value: `${key}=${pattern}`, case_insensitive: true } } })));
}

export function customRegexp(pattern: string, field: ValueField): Query {
  return anyOf(
    keysOf(field).map((key) => ({
      regexp: { custom: { value: `${key.replaceAll('.', '\\.')}=(${textForm(pattern)})`, case_insensitive: true } },
    })),
  );
}

/** Records with any value of one of the fields, or of a member of it. */
export function customExists(field: ValueField): Query {
  return anyOf(
    keysOf(field).flatMap((key) => ['=', '.'].map((end): Query => ({ prefix: { custom: { value: key + end, case_insensitive: true } } }))),
  );
}

const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;
const DAY = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/;

/** A range of days, months or years, which sort as text, or of numbers. */
export function customRange(leaf: Range, field: ValueField): Query {
  const ends = [leaf.from, leaf.to].filter((end) => end !== null);
  const ranges = [
    ...(ends.every((end) => DAY.test(end)) ? keysOf(field).map((key) => dayRange(key, leaf)) : []),
    ...(ends.every((end) => NUMBER.test(end)) ? keysOf(field).map((key) => numberRange(key, leaf)) : []),
  ];
  if (ranges.length > 0) return anyOf(ranges.map((custom) => ({ range: { custom } })));
  throw wrongValue(`a range of '${leaf.field}' needs days or numbers, as in [2020-05-01 TO 2021] or [-12.5 TO 3]`, leaf);
}

/** `=` comes before `>`, and each character of a date before `~`: all of a year lies between the two. */
const dayRange = (key: string, { from, to, includesFrom, includesTo }: Range) => ({
  gte: from === null ? `${key}=` : `${key}=${from}${includesFrom ? '' : '~'}`,
  lt: to === null ? `${key}>` : `${key}=${to}${includesTo ? '~' : ''}`,
});

const numberRange = (key: string, { from, to, includesFrom, includesTo }: Range) => ({
  [includesFrom ? 'gte' : 'gt']: from === null ? `${key}#` : customNumber(key, Number(from)),
  [includesTo ? 'lte' : 'lt']: to === null ? `${key}$` : customNumber(key, Number(to)),
});
