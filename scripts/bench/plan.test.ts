import { expect, test } from 'vitest';
import { readPlan } from './plan.ts';

test('a full run repeats and grows, a quick one does not', () => {
  expect(readPlan([])).toMatchObject({ records: 20_000, repetitions: 3, growth: [10_000, 100_000] });
  expect([...readPlan([])!.parts]).toEqual(['apart', 'whole', 'dump', 'peers', 'growth']);
  expect(readPlan(['--quick', '--no-peers'])).toMatchObject({ records: 5_000, repetitions: 1, growth: [] });
  expect([...readPlan(['--quick', '--no-peers'])!.parts]).toEqual(['apart', 'whole', 'dump', 'growth']);
});

test('options that are given count', () => {
  expect(readPlan(['--quick', '--size', '700', '--growth', '1000,2000'])).toMatchObject({ records: 700, growth: [1_000, 2_000] });
  expect([...readPlan(['--only', 'first,dump'])!.parts]).toEqual(['first', 'dump']);
  expect(readPlan(['--help'])).toBeNull();
});

test('invalid options are refused', () => {
  expect(() => readPlan(['--size', 'many'])).toThrow('--size takes whole numbers from 1 on, not many');
  expect(() => readPlan(['--growth', '1000,0'])).toThrow('--growth takes whole numbers from 1 on, not 0');
  expect(() => readPlan(['--only', 'dump,all'])).toThrow('--only takes apart, whole, first, dump, peers, growth, not all');
  expect(() => readPlan(['--fast'])).toThrow(/--fast/);
});
