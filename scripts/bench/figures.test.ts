import { expect, test } from 'vitest';
import { ratio, type Stage, summarise } from './figures.ts';

const figure = (seconds: number, cpuSeconds: number | null = null) => ({ records: 1_000, seconds, cpuSeconds, peakMegabytes: null });
const ours: Stage = { name: 'walk', of: 'thresher', figures: [figure(1, 0.5), figure(4, 1), figure(2, 0.8)] };
const theirs: Stage = { name: 'walk', of: 'peer', figures: [figure(2), figure(8), figure(10)] };

test('the median stands for the repetitions, next to the least and the most', () => {
  expect(summarise(ours)).toEqual({
    stage: 'walk',
    of: 'thresher',
    perSecond: 500,
    least: 250,
    most: 1_000,
    perCpuSecond: 1_250,
    peakMegabytes: null,
  });
  expect(summarise(theirs)).toMatchObject({ perSecond: 125, perCpuSecond: null });
});

test('ratios are taken within a repetition, as the machine changes between them', () => {
  expect(ratio(ours, theirs)).toBe(2);
});
