import { expect, test } from 'vitest';
import { pauseAfter } from './indexing-gate.ts';
import { throwIfRefused } from './search-fault.ts';

test('pauses grow from a second to a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 60].map(pauseAfter)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test.each([
  [{ refused: true, times: 5, reason: 'HTTP 401' }, true],
  [{ refused: true, times: 4, reason: 'HTTP 401' }, false],
  [{ refused: false, times: 500, reason: 'no space left' }, false],
  [null, false],
])('a command ends only if nothing but a person can help: %o', (fault, ends) => {
  const ending = () => throwIfRefused(fault);
  if (ends) expect(ending).toThrow(/HTTP 401.*the same command goes on/);
  else expect(ending).not.toThrow();
});
