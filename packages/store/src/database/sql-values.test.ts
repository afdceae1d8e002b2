import { expect, test } from 'vitest';
import { fromSqlDate, isStorable, mend, toSqlDate, toSqlInt } from './sql-values.ts';

test.each([
  ['2024-05-01', '2024-05-01'],
  ['0001-01-01', '0001-01-01'],
  ['0000-12-31', '0001-12-31 BC'],
  ['-0043-03-15', '0044-03-15 BC'],
  ['-4711-01-01', '4712-01-01 BC'],
  ['-4713-01-01', null],
  ['12024-01-01', '12024-01-01'],
  ['2024-02-30', null],
  ['1900-02-29', null],
  ['2000-02-29', '2000-02-29'],
  ['2024', null],
  ['', null],
  [null, null],
])('the day %s is %s for Postgres', (day, expected) => {
  expect(toSqlDate(day)).toBe(expected);
});

test.each(['2024-05-01', '0001-01-01', '0000-12-31', '-0043-03-15', '12024-01-01'])('the day %s comes back from Postgres', (day) => {
  expect(fromSqlDate(toSqlDate(day))).toBe(day);
});

test('an int is whole and fits', () => {
  expect([2024, 2_147_483_648, 2024.5, null].map(toSqlInt)).toEqual([2024, null, null, null]);
});

test('what Postgres cannot hold is noticed and mended', () => {
  const broken = { a: ['x\u0000y', { b: 'half \ud83d pair' }], c: 1, d: null };
  expect(isStorable(JSON.stringify(broken))).toBe(false);
  expect(mend(broken)).toEqual({ a: ['xy', { b: 'half \ufffd pair' }], c: 1, d: null });
  expect(isStorable(JSON.stringify({ a: '😀' }))).toBe(true);
  const fine = { a: '😀', b: 'C:\\u0000 as text' };
  expect(mend(fine)).toEqual(fine);
});
