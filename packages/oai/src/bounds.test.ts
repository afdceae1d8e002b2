import { expect, test } from 'vitest';
import { boundEarliest, boundPerMinute, boundTimerMs, boundWaitMs, serverTime, tokenLifeMs } from './bounds.ts';

const now = new Date('2026-06-01T12:00:00Z');
const dayMs = 86_400_000;

test.each([
  [-1, 0],
  [NaN, 0],
  [0, 0],
  [1_500, 1_500],
  [999_999_999_000, dayMs],
  [1e300, dayMs],
  [Infinity, dayMs],
])('a wait of %d ms is %d ms', (ms, bounded) => {
  expect(boundWaitMs(ms)).toBe(bounded);
});

test.each([
  [NaN, 1],
  [0, 1],
  [-5, 1],
  [60_000, 60_000],
  [2 ** 31, 2 ** 31 - 1],
  [Infinity, 2 ** 31 - 1],
])('a timer of %d ms is set for %d ms', (ms, bounded) => {
  expect(boundTimerMs(ms)).toBe(bounded);
});

test.each([
  [null, null],
  [NaN, null],
  [0, null],
  [-30, null],
  [30, 30],
  [200_000_000, 60_000],
  [Infinity, 60_000],
  [1e-300, 60_000 / dayMs],
])('%d requests per minute are %d', (perMinute, bounded) => {
  expect(boundPerMinute(perMinute)).toBe(bounded);
});

test.each([
  ['absent', null, now],
  ['hours ahead, by a wrong time zone', '2026-06-02T02:00:00Z', new Date('2026-06-02T02:00:00Z')],
  ['two days ahead', '2026-06-03T12:00:01Z', now],
  ['of the year 9998', '9998-01-01T00:00:00Z', now],
  ['of the year 1', '0001-01-01T00:00:00Z', now],
  ['of 1970', '1970-01-01T00:00:00Z', now],
  ['months behind', '2026-01-01T00:00:00Z', new Date('2026-01-01T00:00:00Z')],
])('a responseDate %s', (_, text, expected) => {
  const { value, doubt } = serverTime(text === null ? null : new Date(text), now);
  expect(value).toEqual(expected);
  const isClose = text === null || text === '2026-06-02T02:00:00Z';
  expect(doubt === null).toBe(isClose);
});

test.each([
  [null, null],
  ['2014-02-03', '2014-02-03'],
  ['0001-01-01', '1970-01-01'],
  ['9998-01-01', null],
])('an earliestDatestamp of %s is %s', (text, expected) => {
  expect(boundEarliest(text === null ? null : new Date(text), now)).toEqual(expected === null ? null : new Date(expected));
});

test('a token lives from the responseDate to its expirationDate', () => {
  expect(tokenLifeMs(new Date('2026-06-01T12:02:00Z'), now)).toEqual({ value: 120_000, doubt: null });
});

test.each([
  ['2026-06-01T12:00:00Z', 'is not after its responseDate'],
  ['0001-01-01T00:00:00Z', 'is not after its responseDate'],
  ['9998-01-01T00:00:00Z', 'is more than a month after its responseDate'],
])('an expirationDate of %s is not believed: it %s', (expires, why) => {
  const { value, doubt } = tokenLifeMs(new Date(expires), now);
  expect(value).toBeNull();
  expect(doubt).toContain(why);
});

test('without both dates nothing is known of a token', () => {
  expect(tokenLifeMs(null, now)).toEqual({ value: null, doubt: null });
  expect(tokenLifeMs(now, null)).toEqual({ value: null, doubt: null });
});
