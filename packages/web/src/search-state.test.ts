import { expect, test } from 'vitest';
import {
  apiPath,
  choose,
  EMPTY_SEARCH,
  exportPath,
  feedPath,
  isNarrowed,
  readState,
  type SearchState,
  walkPath,
  writeState,
} from './search-state.ts';

const full: SearchState = {
  q: 'a b',
  sort: 'newest',
  chosen: { resource_type: ['dataset', 'software'], access_status: ['open'], community: ['x'] },
  from: '2020',
  to: '2024',
  allVersions: true,
};

test('the address holds the whole state, and nothing for the beginning', () => {
  expect(readState(writeState(full))).toEqual(full);
  expect(writeState(EMPTY_SEARCH)).toBe('');
  expect(readState('')).toEqual(EMPTY_SEARCH);
});

test('other names of choices are understood, each value once', () => {
  expect(readState('?type=dataset&resource_type=dataset&access_right=open&communities=x').chosen).toEqual({
    resource_type: ['dataset'],
    access_status: ['open'],
    community: ['x'],
  });
});

test('choices of a facet take the place of what was chosen', () => {
  expect(choose({ license: ['mit'], language: ['eng'] }, 'license', ['cc0'])).toEqual({ license: ['cc0'], language: ['eng'] });
  expect(choose({ license: ['mit'] }, 'license', [])).toEqual({});
});

test('what makes no sense in an address is passed over', () => {
  expect(readState('?page=-1&from=20&to=abcd&other=1&type=')).toEqual(EMPTY_SEARCH);
});

const SELECTION = 'resource_type=dataset&resource_type=software&access_status=open&community=x';
const QUERY = 'q=a+b&publication_year=2020..2024';

test('the API is asked with its own parameters', () => {
  expect(apiPath(full)).toBe(`/api/records?${SELECTION}&sort=newest&all_versions=true&${QUERY}&size=20&facets=all&highlight=true`);
  expect(walkPath(full)).toBe(`/api/records?${SELECTION}&sort=newest&all_versions=true&${QUERY}&size=20&cursor=*&highlight=true`);
  expect(exportPath(full, 'csv')).toBe(`/api/records/export?${SELECTION}&sort=newest&all_versions=true&${QUERY}&format=csv`);
  expect(feedPath(full)).toBe(`/feeds/records.atom?${SELECTION}&all_versions=true&${QUERY}`);
  expect(feedPath(EMPTY_SEARCH)).toBe('/feeds/records.atom');
});

test('years are a filter, next to the query as it was typed', () => {
  const parameters = (state: Partial<SearchState>): string =>
    [...new URL(apiPath({ ...EMPTY_SEARCH, ...state }), 'http://h').searchParams]
      .filter(([name]) => name === 'q' || name === 'publication_year')
      .map((one) => one.join('='))
      .join('&');
  expect(parameters({})).toBe('');
  expect(parameters({ from: '2020' })).toBe('publication_year=2020..');
  expect(parameters({ to: '2020', q: 'x OR y' })).toBe('q=x OR y&publication_year=..2020');
  expect(parameters({ from: '2020', to: '2020' })).toBe('publication_year=2020');
});

test('a filter narrows, a sort does not', () => {
  expect(isNarrowed({ ...EMPTY_SEARCH, sort: 'title', allVersions: true })).toBe(false);
  expect(isNarrowed({ ...EMPTY_SEARCH, q: ' ' })).toBe(false);
  for (const part of [{ q: 'x' }, { chosen: { license: ['mit'] } }, { from: '2020' }, { to: '2020' }])
    expect(isNarrowed({ ...EMPTY_SEARCH, ...part })).toBe(true);
});
