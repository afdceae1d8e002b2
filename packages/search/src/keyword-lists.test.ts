import { expect, test } from 'vitest';
import { listedKeywords } from './keyword-lists.ts';

test.each([
  ['climate change; glaciers; Alps', ['climate change', 'glaciers', 'Alps']],
  ['Biodiversity, Taxonomy, Animalia', ['Biodiversity', 'Taxonomy', 'Animalia']],
  ['Keywords: ice, snow, dust', ['ice', 'snow', 'dust']],
  ['ice | snow', ['ice', 'snow']],
  ['ice;;  snow ;', ['ice', 'snow']],
  ['ice\nsnow; dust', ['ice', 'snow', 'dust']],
])('%j is a list', (text, keywords) => {
  expect(listedKeywords(text)).toEqual(keywords);
});

test.each([
  'Paris, France',
  'Alpine glaciers',
  'Earth, Moon (natural satellite, airless), Sun',
  '1,000,000',
  'poly(2,5-dioctyl-1,4-phenylene)',
  'A sentence, which goes on, as sentences do, for longer than any single keyword that a person would write.',
  'This is a sentence; it ends here.',
  '',
  ';',
])('%j is one keyword', (text) => {
  expect(listedKeywords(text)).toEqual([text]);
});
