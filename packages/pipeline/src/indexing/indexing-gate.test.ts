import { expect, test } from 'vitest';
import { pauseAfter } from './indexing-gate.ts';
import { throwIfRefused } from './search-fault.ts';

test('pauses grow from a second to a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 60].map(pauseAfter)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('a command ends if nothing but a person can help', () => {
  expect(() => throwIfRefused({ refused: true, times: 5, reason: 'HTTP 401' })).toThrow(/HTTP 401.*the same command continues/);
});

test.each([{ refused: true, times: 4, reason: 'HTTP 401' }, { refused: false, times: 500, reason: 'no space left' }, null])(
  'a command goes on with %o',
  (fault) => {
    expect(() => throwIfRefused(fault)).not.toThrow();
  },
);
