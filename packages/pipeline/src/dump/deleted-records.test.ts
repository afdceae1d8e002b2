import { expect, test } from 'vitest';
import { endOf } from './deleted-records.ts';

test.each([
  ['2026-05-01', '2026-05-02T00:00:00.000Z'],
  ['2026-05-01T12:00:00Z', '2026-05-01T12:00:00.000Z'],
  ['2026-05-01 12:00:00+02:00', '2026-05-01T10:00:00.000Z'],
  ['soon', undefined],
  ['', undefined],
])('a record with the removal date %j was gone by %s', (text, expected) => {
  expect(endOf(text)?.toISOString()).toBe(expected);
});
