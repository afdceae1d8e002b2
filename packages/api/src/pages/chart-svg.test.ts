import { parseDocument, DomUtils } from 'htmlparser2';
import { expect, test } from 'vitest';
import { chartSvg, niceTop } from './chart-svg.ts';

const draw = (form: 'columns' | 'list', rows: readonly { label: string; value: number }[], title = 'Works') => {
  const document = parseDocument(chartSvg({ title, form, counts: 'Works', rows }), { xmlMode: true });
  const all = (tag: string) => DomUtils.getElementsByTagName(tag, document);
  return { bars: all('rect').slice(1), texts: all('text').map((one) => DomUtils.textContent(one)), root: all('svg')[0]! };
};

test('columns are as high as their values, on an axis that ends at a round number', () => {
  const { bars, texts } = draw('columns', [
    { label: '2023', value: 10 },
    { label: '2024', value: 20 },
    { label: '2025', value: 0 },
  ]);
  const heights = bars.map(({ attribs }) => Number(attribs['height']));
  expect(heights[1]! / heights[0]!).toBeCloseTo(2, 1);
  expect(heights[2]).toBe(0);
  expect(texts).toEqual(expect.arrayContaining(['0', '10', '20', '2023', '2024', '2025']));
  expect([niceTop(0), niceTop(3), niceTop(20), niceTop(21), niceTop(0.3)]).toEqual([1, 5, 20, 50, 0.5]);
});

test('a list has its names and values, cut to what fits', () => {
  const { bars, texts } = draw(
    'list',
    Array.from({ length: 60 }, (_, n) => ({ label: n === 0 ? 'x'.repeat(100) : `name ${n}`, value: 1000 * (60 - n) })),
  );
  expect(bars).toHaveLength(40);
  expect(texts).toContain('60,000');
  expect(texts.some((text) => /^x{41}…$/.test(text))).toBe(true);
});

test('what records say stays text, and no values are no fault', () => {
  const { root, texts } = draw('list', [{ label: '</svg><script>alert(1)</script>\u0000', value: Number.NaN }], '<b>"&');
  expect(texts).toEqual(expect.arrayContaining(['<b>"&', '</svg><script>alert(1)</script>']));
  expect(DomUtils.getElementsByTagName('script', root)).toEqual([]);
  expect(draw('columns', []).bars).toEqual([]);
});
