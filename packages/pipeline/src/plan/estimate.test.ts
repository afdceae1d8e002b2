import { expect, test } from 'vitest';
import { estimate, type FirstPage } from './estimate.ts';

const list = (declared: number | null, overlay: Partial<FirstPage> = {}): FirstPage => ({
  set: null,
  declared,
  records: Math.min(declared ?? 50, 50),
  more: true,
  wireBytes: 100_000,
  latencyMs: 500,
  ...overlay,
});
const terms = { perMinute: 30, concurrency: 4, unasked: 0, selective: true };

test('a list of one page is Identify and one request', () => {
  expect(estimate([list(20, { more: false })], terms)).toEqual({
    records: 20,
    pageSize: 20,
    windows: 1,
    requests: 2,
    bytes: 100_000,
    seconds: 4,
  });
});

test('a short list is walked in one window', () => {
  expect(estimate([list(3_000)], terms)).toMatchObject({ windows: 1, requests: 61, seconds: 122 });
});

test('nothing to harvest', () => {
  expect(estimate([list(0, { records: 0 })], terms)).toMatchObject({ records: 0, windows: 1, requests: 2 });
});

test('Zenodo at 30 a minute takes four days', () => {
  const found = estimate([list(8_091_746)], terms);
  expect(found.requests! / (8_091_746 / 50)).toBeGreaterThan(1);
  expect(found.requests! / (8_091_746 / 50)).toBeLessThan(1.03);
  expect(found.seconds! / 86_400).toBeCloseTo(3.8, 1);
  expect(found.windows).toBeGreaterThan(8_091_746 / 10_000);
  expect(found.windows).toBeLessThan(8_091_746 / 1_000);
});

test('a server that does not look at dates is walked in one piece', () => {
  expect(estimate([list(100_000)], { ...terms, selective: false })).toMatchObject({ windows: 1, requests: 2_001 });
});

test('without a limit the latency decides, and the lists walked at a time', () => {
  expect(estimate([list(3_000)], { ...terms, perMinute: null })).toMatchObject({ seconds: (61 * 0.5) / 4 });
  expect(estimate([list(3_000, { latencyMs: 20_000 })], { ...terms, perMinute: 600 })).toMatchObject({ seconds: (61 * 20) / 4 });
});

test('what a server does not say stays unknown', () => {
  const nothing = { records: null, windows: null, requests: null, bytes: null, seconds: null, pageSize: 50 };
  expect(estimate([list(null)], terms)).toEqual(nothing);
  expect(estimate([list(500)], { ...terms, unasked: 1 })).toEqual(nothing);
});
