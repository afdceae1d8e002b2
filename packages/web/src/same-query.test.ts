import { expect, test } from 'vitest';
import { sameQuery } from './same-query.ts';
import { EMPTY_SEARCH, type SearchState } from './search-state.ts';

const same = (state: Partial<SearchState>) => sameQuery({ ...EMPTY_SEARCH, ...state }, 'http://localhost:8080');

test('a search with filters is a URL, two commands and SQL', () => {
  const { url, curl, commandLine, sql } = same({
    q: "o'neill ice",
    chosen: { resource_type: ['dataset', 'software'], subject: ['Sea "ice"'] },
    from: '2020',
    sort: 'newest',
  });
  expect(url).toBe(
    'http://localhost:8080/api/records?resource_type=dataset&resource_type=software&subject=Sea+%22ice%22&sort=newest&q=o%27neill+ice&publication_year=2020..',
  );
  expect(curl).toBe(`curl '${url}'`);
  expect(commandLine).toBe(
    `npx thresher search '(o'\\''neill ice) AND (resource_type:"dataset" OR resource_type:"software") AND keywords:"Sea ice" AND publication_date:[2020 TO *]' --sort newest`,
  );
  expect(sql).toContain(`concat_ws(' ', r.title, r.description) ilike '%o''neill%'`);
  expect(sql).toContain(`lower(l.subject) in ('sea "ice"')`);
  expect(sql).toContain('r.publication_year >= 2020');
});

test('a query with fields or operators has no SQL that comes near', () => {
  for (const q of ['title:ice', 'ice OR snow', '"sea ice"', 'glaci*', '-snow ice']) expect([q, same({ q }).sql]).toEqual([q, null]);
  expect(same({ q: '50%_more' }).sql).toContain(`ilike '%50\\%\\_more%'`);
});
