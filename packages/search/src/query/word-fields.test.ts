import { expect, test } from 'vitest';
import { EVERYWHERE, queryField } from './fields.ts';
import { wordFields } from './word-fields.ts';

const local = (word: string): string[] =>
  wordFields(EVERYWHERE.words, word).flatMap((field) => (field.startsWith('local.') ? [field.slice(6, field.indexOf('^'))] : []));

test.each([
  ['climate', ['de', 'es', 'fr', 'it', 'pt']],
  ["l'été", ['de', 'es', 'fr', 'it', 'pt']],
  ['климат', ['ru']],
  ['κλίμα', ['el']],
  ['مناخ', ['ar']],
  ['気候', ['cjk']],
  ['データー', ['cjk']],
  ['기후', ['cjk']],
  ['COVID-19のデータ', ['cjk', 'de', 'es', 'fr', 'it', 'pt']],
  ['2003', []],
  ['🌍', []],
])('%s is looked for in the fields of the languages of its script', (word, languages) => {
  expect(local(word)).toEqual(languages);
});

test('fields of no language are always asked', () => {
  const others = EVERYWHERE.words.filter((field) => !field.startsWith('local.'));
  expect(wordFields(EVERYWHERE.words, '2003')).toEqual(others);
  const title = queryField('title');
  expect(title?.kind === 'text' && wordFields(title.words, '2003')).toEqual(['title^8', 'title.stemmed^5', 'additional_titles^3']);
});
