import { expect, test } from 'vitest';
import { bytes, day, duration, languageName, percent, plural, spelled } from './format.ts';

test('counts and their nouns', () => {
  expect([plural(0, 'record'), plural(1, 'record'), plural(8_091_746, 'record'), plural(2, 'hit', 'hits')]).toEqual([
    '0 records',
    '1 record',
    '8,091,746 records',
    '2 hits',
  ]);
});

test('days are spelt out, coarser dates and oddities stay', () => {
  expect(['2024-05-31', '2024-05', '2024', '2023-01-01/2023-02', '2024-99-99', 'circa 1900'].map(day)).toEqual([
    'May 31, 2024',
    '2024-05',
    '2024',
    '2023-01-01 – 2023-02',
    '2024-99-99',
    'circa 1900',
  ]);
});

test('durations have two units at most', () => {
  expect([0, 0.4, 4, 60, 200, 7_500, 86_400, 273_600, Infinity].map(duration)).toEqual([
    '0 s',
    '0 s',
    '4 s',
    '1 min',
    '3 min 20 s',
    '2 h 5 min',
    '1 d',
    '3 d 4 h',
    '–',
  ]);
});

test('not all is never 100 %', () => {
  expect([percent(0, 10), percent(9_999, 10_000), percent(10, 10), percent(11, 10), percent(1, 0)]).toEqual([
    '0 %',
    '99 %',
    '100 %',
    '110 %',
    '0 %',
  ]);
});

test('words of vocabularies as a person writes them', () => {
  expect(['JournalArticle', 'IsCitedBy', 'physicalobject', 'dataset', 'ISSN'].map(spelled)).toEqual([
    'Journal article',
    'Is cited by',
    'Physical object',
    'Dataset',
    'ISSN',
  ]);
});

test('languages by name, or as they stand', () => {
  expect([languageName('eng'), languageName('jpn'), languageName('not a code')]).toEqual(['English', 'Japanese', 'not a code']);
});

test('sizes of files', () => {
  expect([0, 999, 1000, 1_234_567, 45_600_000, 2e15].map(bytes)).toEqual(['0 B', '999 B', '1.0 kB', '1.2 MB', '46 MB', '2.0 PB']);
});
