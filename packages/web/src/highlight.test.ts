import { expect, test } from 'vitest';
import { excerpt, highlight, wordsOf } from './highlight.ts';

const found = (text: string, query: string): string[] =>
  highlight(text, wordsOf(query))
    .filter((piece) => piece.found)
    .map((piece) => piece.text);

test.each([
  ['climate change', ['climate', 'change']],
  ['"sea level" rise', ['sea', 'level', 'rise']],
  ['title:coral', ['coral']],
  ['creators.name:"Núñez, Ana"', ['nunez', 'ana']],
  ['communities:zenodo reef', ['reef']],
  ['publication_date:[2020 TO 2024] AND reef', ['reef']],
  ['coral NOT bleaching -dead', ['coral']],
  ['coral OR reef', ['coral', 'reef']],
  ['tsunamy~1 glaci*', ['tsunamy', 'glaci']],
  ['a', []],
  ['', []],
  ['青铜器', ['青铜器']],
])('the words of %s', (query, words) => {
  expect(wordsOf(query)).toEqual(words);
});

test('words are found whatever their accents, case and plural', () => {
  expect(found('Glaciers of the Moon: a glacier survey', 'glacier')).toEqual(['Glaciers', 'glacier']);
  expect(found('Glacier mass', 'glaciers')).toEqual(['Glacier']);
  expect(found('Précipitations et précipitation', 'precipitation')).toEqual(['Précipitations', 'précipitation']);
  expect(found('El Nino', 'niño')).toEqual(['Nino']);
});

test('only beginnings of words count, but where words are not spaced', () => {
  expect(found('bioclimate climate', 'climate')).toEqual(['climate']);
  expect(found('长江流域青铜器铭文数据集', '青铜器')).toEqual(['青铜器']);
});

test('the pieces make the text', () => {
  const text = 'Über Ȧ𝒜 climate; (climate)?';
  expect(
    highlight(text, wordsOf('climate (x)'))
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
  expect(highlight(text, [])).toEqual([{ text, found: false }]);
});

test('an excerpt begins shortly before the first match and ends between words', () => {
  const text = `${'lorem ipsum '.repeat(60)}climate ${'dolor sit '.repeat(60)}`;
  const cut = excerpt(text, ['climate'], 200);
  expect(cut).toMatch(/^… (lorem|ipsum) .*climate.* (dolor|sit) …$/);
  expect(cut.length).toBeLessThan(210);
  expect(excerpt(text, ['absent'], 100)).toMatch(/^lorem ipsum .* …$/);
  expect(excerpt('  short\n\n text ', ['x'], 100)).toBe('short text');
});
