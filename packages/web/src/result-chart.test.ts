import { expect, test } from 'vitest';
import { chartOf } from './result-chart.ts';

test('years against the first column of numbers are columns in their order', () => {
  const chart = chartOf({
    columns: ['year', 'note', 'works'],
    rows: [
      ['2023', 'a', '5'],
      ['2024', 'b', '7.5'],
      [null, 'c', '9'],
    ],
  });
  expect(chart).toEqual({
    title: 'works by year',
    counts: 'works',
    form: 'columns',
    rows: [
      { label: '2023', value: 5 },
      { label: '2024', value: 7.5 },
    ],
  });
});

test('names are a list, and what has no numbers is no chart', () => {
  expect(
    chartOf({
      columns: ['type', 'works'],
      rows: [
        ['dataset', '5'],
        ['image', null],
      ],
    }),
  ).toMatchObject({ form: 'list', rows: [{ value: 5 }, { value: 0 }] });
  expect(chartOf({ columns: ['type', 'text'], rows: [['dataset', 'five']] })).toBeNull();
  expect(chartOf({ columns: ['works'], rows: [['5']] })).toBeNull();
  expect(chartOf({ columns: ['type', 'works'], rows: [] })).toBeNull();
});
