import { expect, test } from 'vitest';
import { segmentsWanted } from './merge-segments.ts';

const GB = 1024 ** 3;

test.each([
  [{ segments: 0, bytes: 0 }, null],
  [{ segments: 8, bytes: GB }, null],
  [{ segments: 9, bytes: GB }, 1],
  [{ segments: 31, bytes: 1.4 * GB }, 1],
  [{ segments: 10, bytes: 11 * GB }, null],
  [{ segments: 40, bytes: 11 * GB }, 3],
])('%o', (index, wanted) => {
  expect(segmentsWanted(index)).toBe(wanted);
});
