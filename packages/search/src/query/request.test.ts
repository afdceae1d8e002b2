import { expect, test } from 'vitest';
import { compileRecordQuery, MOST_VALUES, valuesIn } from './request.ts';

const hundred = (term: string): string => Array.from({ length: 100 }, () => term).join(' ');

test.each([
  'word',
  'слово',
  '2003',
  'ab12',
  '"two words"',
  'word~',
  '10.5281/zenodo.18',
  'https://example.org/a',
  '0000-0002-1825-0097',
  'title:ab*',
])('a hundred times %s stays below the limit', (term) => {
  const { query, chosen, sort } = compileRecordQuery({ q: hundred(term) });
  expect(valuesIn([query, [...chosen], sort])).toBeLessThanOrEqual(MOST_VALUES);
});

test.each([
  ['patterns without a field', { q: hundred('ab*') }],
  ['patterns of one letter more', { q: hundred('ab?') }],
  ['regular expressions without a field', { q: hundred('/ab[cd]/') }],
  ['values of a filter', { filters: { type: Array.from({ length: 2_000 }, (_, n) => `type-${n}`) } }],
])('%s beyond the limit are refused with a sentence', (_, search) => {
  expect(() => compileRecordQuery(search)).toThrow(
    expect.objectContaining({ name: 'QueryError', code: 'too-complex', message: expect.stringContaining('shorten') }),
  );
});
