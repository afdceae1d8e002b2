import { expect, test } from 'vitest';
import { createFailureLimit } from './failure-limit.ts';

test('a client waits for the end of the window after too many failures, others do not', () => {
  const limit = createFailureLimit({ most: 2, windowMs: 1_000 });
  limit.count('a', 0);
  expect(limit.waitMs('a', 10)).toBe(0);
  limit.count('a', 100);
  expect([limit.waitMs('a', 100), limit.waitMs('a', 999), limit.waitMs('b', 100)]).toEqual([900, 1, 0]);
  expect(limit.waitMs('a', 1_000)).toBe(0);
  limit.count('a', 1_000);
  expect(limit.waitMs('a', 1_000)).toBe(0);
});

test('memory is bounded, however many clients fail', () => {
  const limit = createFailureLimit({ most: 1, windowMs: 1_000 });
  for (let n = 0; n < 25_000; n += 1) limit.count(`client ${n}`, 0);
  expect(limit.size).toBe(10_000);
  expect([limit.waitMs('client 24999', 1), limit.waitMs('client 0', 1)]).toEqual([999, 0]);
});
