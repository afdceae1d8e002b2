import { expect, test } from 'vitest';
import { yearBars } from './search-years.ts';

const counts = (...years: (readonly [number, number])[]) => years.map(([year, records]) => ({ key: String(year), doc_count: records }));

test('years are shown without a gap, at most thirty of them, the latest last', () => {
  expect(yearBars(counts([2024, 3], [2021, 5]), 2026)).toEqual([
    { year: 2021, records: 5 },
    { year: 2022, records: 0 },
    { year: 2023, records: 0 },
    { year: 2024, records: 3 },
  ]);
  const long = yearBars(counts([2024, 3], [1850, 1]), 2026);
  expect([long.length, long[0]!.year, long.at(-1)!.year]).toEqual([30, 1995, 2024]);
});

test('years that lie ahead by a slip of the keyboard do not push the others out, and one year is no chart', () => {
  expect(yearBars(counts([9999, 1], [2026, 2], [2025, 1]), 2026).map(({ year }) => year)).toEqual([2025, 2026]);
  expect(yearBars(counts([2026, 2]), 2026)).toEqual([]);
  expect(yearBars([], 2026)).toEqual([]);
});
