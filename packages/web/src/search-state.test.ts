import { expect, test } from 'vitest';
import { apiPath, EMPTY_SEARCH, isNarrowed, pageCount, pageNumbers, readState, type SearchState, writeState } from './search-state.ts';

const full: SearchState = {
  q: 'a b',
  page: 3,
  sort: 'newest',
  types: ['dataset', 'software'],
  access: ['open'],
  communities: ['x'],
  from: '2020',
  to: '2024',
};

test('the address holds the whole state, and nothing for the beginning', () => {
  expect(readState(writeState(full))).toEqual(full);
  expect(writeState(EMPTY_SEARCH)).toBe('');
  expect(readState('')).toEqual(EMPTY_SEARCH);
});

test('what makes no sense in an address is passed over', () => {
  expect(readState('?page=-1&from=20&to=abcd&other=1')).toEqual(EMPTY_SEARCH);
  expect(readState('?page=2.7').page).toBe(2);
});

const askedFor = (state: Partial<SearchState>): URLSearchParams => new URL(apiPath({ ...EMPTY_SEARCH, ...state }), 'http://h').searchParams;

test('the API is asked with its own parameters', () => {
  expect(askedFor(full).toString()).toBe(
    'type=dataset&type=software&access_right=open&communities=x&sort=newest&q=%28a+b%29+AND+publication_date%3A%5B2020+TO+2024%5D&page=3&size=20',
  );
  expect(askedFor({}).get('q')).toBeNull();
  expect(askedFor({ from: '2020' }).get('q')).toBe('publication_date:[2020 TO *]');
  expect(askedFor({ to: '2020', q: 'x OR y' }).get('q')).toBe('(x OR y) AND publication_date:[* TO 2020]');
});

test('a filter narrows, a sort does not', () => {
  expect(isNarrowed({ ...EMPTY_SEARCH, sort: 'title' })).toBe(false);
  expect(isNarrowed({ ...EMPTY_SEARCH, q: ' ' })).toBe(false);
  for (const part of [{ q: 'x' }, { types: ['dataset'] }, { access: ['open'] }, { communities: ['x'] }, { from: '2020' }, { to: '2020' }])
    expect(isNarrowed({ ...EMPTY_SEARCH, ...part })).toBe(true);
});

test('pages end with the hits, or where the API does', () => {
  expect([0, 1, 20, 21, 50_000].map(pageCount)).toEqual([0, 1, 1, 2, 500]);
});

test.each([
  [1, 1, [1]],
  [1, 3, [1, 2, 3]],
  [1, 9, [1, 2, null, 9]],
  [3, 9, [1, 2, 3, 4, null, 9]],
  [4, 9, [1, 2, 3, 4, 5, null, 9]],
  [5, 9, [1, null, 4, 5, 6, null, 9]],
  [9, 9, [1, null, 8, 9]],
])('on page %i of %i', (page, pages, numbers) => {
  expect(pageNumbers(page, pages)).toEqual(numbers);
});
