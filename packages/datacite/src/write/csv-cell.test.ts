import { expect, test } from 'vitest';
import { csvCell, FORMULA, harmlessText } from './csv-cell.ts';

test.each([
  '=1+1',
  '+A1',
  '-A1',
  '- a list',
  '@SUM(1)',
  '\t=1',
  '\rx',
  '\n=1',
  ' =1',
  '\u00a0=1',
  '\ufeff=1',
  '＝1',
  '＋1',
  '－1+cmd',
  '＠a',
  '﹦1',
  '-1+1',
  '-5;-6',
  "'=1",
  "''=1",
])('%j is text to a spreadsheet, and comes back', (text) => {
  const cell = harmlessText(text);
  expect(cell).toBe(`'${text}`);
  expect(new RegExp(FORMULA).test(cell) && cell.startsWith("'") ? cell.slice(1) : cell).toBe(text);
});

test.each(['-5', '+5', '-46.25', '-1e-7', '46.2', 'a=b', 'a-b', "'", "'a", '', '10.5281/zenodo.1', 'a@b'])(
  '%j is left as it is',
  (text) => {
    expect(csvCell(text)).toBe(text);
  },
);

test('numbers are numbers, null is empty, and separators are quoted', () => {
  expect([-5, 0, null, undefined, 'a;b', 'a\tb', 'a"b', 'a\nb'].map(csvCell)).toEqual([
    '-5',
    '0',
    '',
    '',
    '"a;b"',
    '"a\tb"',
    '"a""b"',
    '"a\nb"',
  ]);
});
