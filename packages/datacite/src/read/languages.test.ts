import { expect, test } from 'vitest';
import { readLanguage } from './languages.ts';
import type { MappingIssue } from '../record.ts';

test.each([
  ['eng', 'eng', 'en'],
  ['en', 'eng', 'en'],
  ['EN', 'eng', 'en'],
  ['en-US', 'eng', 'en'],
  ['en_US', 'eng', 'en'],
  ['GER', 'deu', 'de'],
  ['deu', 'deu', 'de'],
  ['fre', 'fra', 'fr'],
  ['grc', 'grc', null],
  ['mul', 'mul', null],
  ['English', 'eng', 'en'],
  ['Spanish, Castilian', 'spa', 'es'],
  ['Greek', 'ell', 'el'],
  ['Modern Greek', 'ell', 'el'],
  ['iw', 'heb', 'he'],
])('%s is %s (%s)', (text, iso639_3, iso639_1) => {
  const issues: MappingIssue[] = [];
  expect(readLanguage(text, issues)).toEqual({ text, iso639_3, iso639_1 });
  expect(issues).toEqual([]);
});

test('what is no language is kept as text and reported', () => {
  const issues: MappingIssue[] = [];
  expect(readLanguage('other', issues)).toEqual({ text: 'other', iso639_3: null, iso639_1: null });
  expect(issues).toEqual([{ code: 'language-unknown', path: 'language', value: 'other', severity: 'info' }]);
  expect(readLanguage(null, issues)).toBeNull();
});
