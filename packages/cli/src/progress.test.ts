import type { Progress } from '@thresher/pipeline';
import { expect, test } from 'vitest';
import { progressLine } from './progress.ts';

const progress = { received: 450, pendingRecords: 0, expected: 5_000 } as Progress;

test('says how fast it goes and how long it will take', () => {
  const looks = [
    { at: 0, through: 250 },
    { at: 10_000, through: 450 },
  ];
  expect(progressLine(progress, looks, 80)).toContain(' 9.0 %  450 of 5,000 records, 20/s, 3 m 48 s left');
});

test('gives no share of a number that is not known yet', () => {
  expect(progressLine({ ...progress, received: 0, expected: 0 }, [], 80)).toMatch(/^─+ 0\.0 %  no records yet$/);
});

test('goes nowhere while a list is begun again', () => {
  const looks = [
    { at: 0, through: 3_450 },
    { at: 10_000, through: 450 },
  ];
  expect(progressLine(progress, looks, 80)).toMatch(/450 of 5,000 records, 0\/s$/);
  expect(progressLine(progress, [], 80)).toMatch(/, 0\/s$/);
});

test('says what goes on after the last record', () => {
  const over = { ...progress, received: 5_000, windows: 3, open: 0 };
  expect(progressLine(over, [], 80)).toMatch(/100.0 % {2}5,000 of 5,000 records, refreshing materialised views$/);
  expect(progressLine({ ...over, open: 1 }, [], 80)).toMatch(/5,000 of 5,000 records, 0\/s$/);
});

test('says why pages wait', () => {
  const waiting = { ...progress, waitingFor: 'the index is read-only' };
  expect(progressLine(waiting, [], 80)).toMatch(/450 of 5,000 records, pages wait: the index is read-only$/);
});
