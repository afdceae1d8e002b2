import { expect, test } from 'vitest';
import { stackOf, totalsOf } from './stack.ts';

const row = (label: string, part: string, value: number) => ({ label, part, value });

test('the largest part is first, and a part that a column lacks is 0', () => {
  const stack = stackOf([row('2020', 'a', 1), row('2020', 'b', 5), row('2021', 'b', 2), row('2022', 'c', 3)]);
  expect(stack).toEqual({
    labels: ['2020', '2021', '2022'],
    series: [
      { name: 'b', values: [5, 2, 0] },
      { name: 'c', values: [0, 0, 3] },
      { name: 'a', values: [1, 0, 0] },
    ],
  });
  expect(totalsOf(stack)).toEqual([6, 2, 3]);
});

test('small parts are one, last, and nothing is lost', () => {
  const rows = [9, 8, 7, 6].flatMap((value, n) => [row('x', `p${n}`, value), row('y', `p${n}`, 1)]);
  const stack = stackOf(rows, 3);
  expect(stack.series).toEqual([
    { name: 'p0', values: [9, 1] },
    { name: 'p1', values: [8, 1] },
    { name: 'Others', values: [13, 2] },
  ]);
  expect(totalsOf(stack)).toEqual([30, 4]);
  expect(stackOf([])).toEqual({ labels: [], series: [] });
});
