import { describe, expect, test } from 'vitest';
import { ratesOf, type Sample, secondsLeft, withSample } from './harvest-pace.ts';

const at = (second: number, received: number, more: Partial<Sample> = {}): Sample => ({
  run: 1,
  at: second * 1_000,
  received,
  inSql: received,
  inSearch: received,
  requests: 0,
  ...more,
});
const after = (...samples: Sample[]): readonly Sample[] => samples.reduce<readonly Sample[]>(withSample, []);

describe('rates', () => {
  test('are those of the last minute, for each stage', () => {
    const samples = after(at(0, 0), at(40, 400), at(90, 900, { inSql: 600, inSearch: 500, requests: 25 }));
    expect(ratesOf(samples)).toEqual({ seconds: 50, received: 10, inSql: 4, inSearch: 2, requestsPerMinute: 30 });
  });
  test('are not known before some seconds have passed', () => {
    expect(ratesOf([])).toBeNull();
    expect(ratesOf(after(at(0, 0), at(3, 900)))).toBeNull();
  });
  test('begin again with a list that is begun again, and with another run', () => {
    expect(after(at(0, 500), at(10, 900), at(12, 20))).toEqual([at(12, 20)]);
    expect(after(at(0, 500), at(10, 900, { run: 2 }))).toEqual([at(10, 900, { run: 2 })]);
  });
  test('count a state once, however often it is shown', () => {
    expect(after(at(0, 0), at(5, 10), at(5, 10))).toHaveLength(2);
  });
  test('leave search out if there is none', () => {
    expect(ratesOf(after(at(0, 0, { inSearch: null }), at(10, 100, { inSearch: null })))).toMatchObject({ inSearch: null });
  });
});

describe('the time left', () => {
  test('is that of the slowest stage', () => {
    const last = at(10, 900, { inSql: 800, inSearch: 100 });
    expect(secondsLeft(1_000, last, ratesOf(after(at(0, 0, { inSearch: 0 }), last)))).toBe(90);
  });
  test('counts what has to be indexed after the last record has arrived', () => {
    const last = at(20, 1_000, { inSearch: 600 });
    expect(secondsLeft(1_000, last, ratesOf(after(at(10, 1_000, { inSearch: 400 }), last)))).toBe(20);
  });
  test('is not known while a stage with work stands still', () => {
    const last = at(20, 990, { inSearch: 400 });
    expect(secondsLeft(1_000, last, ratesOf(after(at(10, 900, { inSearch: 400 }), last)))).toBeNull();
  });
  test('is not known before anything was measured or declared', () => {
    expect(secondsLeft(1_000, at(0, 10), null)).toBeNull();
    expect(secondsLeft(0, at(10, 10), ratesOf(after(at(0, 0), at(10, 10))))).toBeNull();
  });
  test('is nothing when all is through', () => {
    expect(secondsLeft(100, at(10, 100), ratesOf(after(at(0, 90), at(10, 100))))).toBe(0);
  });
});
