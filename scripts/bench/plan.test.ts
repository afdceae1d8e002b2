import { expect, test } from 'vitest';
import { readPlan } from './plan.ts';

test('a full run repeats and grows, a quick one does not', () => {
  expect(readPlan([])).toMatchObject({ records: 20_000, repetitions: 3, growth: [10_000, 100_000], peers: true });
  expect(readPlan(['--quick', '--no-peers'])).toMatchObject({ records: 5_000, repetitions: 1, growth: [], peers: false });
});

test('what is told counts', () => {
  expect(readPlan(['--quick', '--size', '700', '--growth', '1000,2000'])).toMatchObject({ records: 700, growth: [1_000, 2_000] });
  expect(readPlan(['--help'])).toBeNull();
});

test('what makes no sense is said', () => {
  expect(() => readPlan(['--size', 'many'])).toThrow('--size takes whole numbers from 1 on, not many');
  expect(() => readPlan(['--growth', '1000,0'])).toThrow('--growth takes whole numbers from 1 on, not 0');
  expect(() => readPlan(['--fast'])).toThrow(/--fast/);
});
