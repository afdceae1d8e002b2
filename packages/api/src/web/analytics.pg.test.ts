import { analyses, type AnalysisFilter, NO_FILTER, refreshAnalytics, runAnalysis } from '@thresher/store/read';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING, harvested, version } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 60 });
  await api.store([
    harvested(7, EVERYTHING, { setSpecs: ['user-tides', 'user-ice'] }),
    harvested(101, `${version('Glaciers of the moon', '2020-01-01', 100)}<publicationYear>2020</publicationYear>`, {
      setSpecs: ['user-ice'],
    }),
    harvested(102, `${version('Glaciers of the moon, revised', '2021-01-01', 100)}<publicationYear>2021</publicationYear>`, {
      setSpecs: ['user-ice'],
    }),
  ]);
  await refreshAnalytics(api.database.db, { force: true });
});
afterAll(() => api[Symbol.asyncDispose]());

const EVERY_YEAR: AnalysisFilter = { source: 'sim', community: null, from: 0, to: 9999 };
const valuesOf = async (id: string, filter: AnalysisFilter) => {
  const rows = await runAnalysis(
    api.database.readDb,
    analyses.find((one) => one.id === id)!,
    filter,
  );
  return rows!.map(({ label, value }) => [label, value]);
};

test.each(analyses.map(({ id }) => id))('%s: a filter that keeps everything changes nothing', async (id) => {
  const all = await valuesOf(id, NO_FILTER);
  expect(all.length).toBeGreaterThan(0);
  const lines = (rows: unknown[][]) => rows.map(([label, value]) => `${String(value)} ${String(label).toLowerCase()}`);
  const filtered = await valuesOf(id, EVERY_YEAR);
  expect(filtered.map(([, value]) => value)).toEqual(all.map(([, value]) => value));
  // Where the last of twelve share their number, any of them may be listed.
  const least = Number(all.length < 12 ? -1 : all.at(-1)![1]);
  const certain = (rows: (string | number)[][]) => new Set(lines(rows.filter(([, value]) => Number(value) > least)));
  expect(certain(filtered)).toEqual(certain(all));
});

test.each(analyses.map(({ id }) => id))('%s: no record is in a source, community or year that has none', async (id) => {
  for (const none of [{ source: "o'neill" }, { community: "o'neill" }, { from: 1800, to: 1801 }])
    expect([none, await valuesOf(id, { ...NO_FILTER, ...none })]).toEqual([none, []]);
});

test('the filter of a community keeps its records and their works', async () => {
  const ice = { ...NO_FILTER, community: 'ice' };
  expect(await valuesOf('growth', ice)).toEqual([
    ['2021', 1],
    ['2024', 1],
  ]);
  expect(await valuesOf('people', ice)).toEqual([['Núñez, Ana', 1]]);
  expect(await valuesOf('organisations', ice)).toEqual([['CERN', 1]]);
  expect(await valuesOf('funders', { ...ice, from: 2021, to: 2021 })).toEqual([]);
  expect(await valuesOf('communities', ice)).toEqual([
    ['ice', 3],
    ['tides', 1],
  ]);
  expect(await valuesOf('orcid', { ...ice, from: 2024 })).toEqual([['2024', 100]]);
});

test('types by year add up to the works of each year and of each type', async () => {
  const rowsOf = async (id: string) =>
    (await runAnalysis(
      api.database.readDb,
      analyses.find((one) => one.id === id)!,
      NO_FILTER,
    ))!;
  const rows = await rowsOf('types-by-year');
  const sums = (key: (row: (typeof rows)[number]) => string) => {
    const all = new Map<string, number>();
    for (const row of rows) all.set(key(row), (all.get(key(row)) ?? 0) + row.value);
    return all;
  };
  expect(sums(({ label }) => label)).toEqual(
    new Map((await rowsOf('growth')).filter(({ value }) => value > 0).map(({ label, value }) => [label, value])),
  );
  const types = new Map((await rowsOf('types')).map(({ label, value }) => [label, value]));
  expect(types.size).toBeLessThan(12);
  const { rows: undated } = await sql<{ type: string; works: string }>`
    select coalesce(resource_type, 'not said') as type, sum(works) as works from analytics.growth
    where publication_year is null or publication_year not between 1900 and extract(year from now()) + 1 group by 1`.execute(
    api.database.readDb,
  );
  const byType = sums(({ part }) => part!);
  for (const { type, works } of undated) byType.set(type, (byType.get(type) ?? 0) + Number(works));
  expect(Object.fromEntries([...byType].filter(([, works]) => works > 0))).toEqual(Object.fromEntries(types));
});

test('a stacked chart as CSV, SVG and on its page', async () => {
  const csv = await get('/analytics/types-by-year.csv?community=ice');
  expect(csv.body).toBe('label,part,works\r\n2021,not said,1\r\n2024,publication,1\r\n');
  const { body: svg } = await get('/analytics/types-by-year.svg?community=ice');
  expect(svg).toContain('<title>2021, Not said: 1</title>');
  expect(svg).toContain('>Publication</text>');
  const { body } = await get('/analytics?community=ice');
  expect(body).toContain('<title>2024, Publication: 1</title>');
  expect(body).toContain('<span class="swatch series-1"></span>');
});

test('an analysis that takes too long has no answer, and the connection goes on working', async () => {
  const slow = { ...analyses[0]!, sql: () => `select 'x' as label, 1 as value from pg_sleep(5)` };
  expect(await runAnalysis(api.database.db, slow, NO_FILTER, 50)).toBeNull();
  expect((await runAnalysis(api.database.db, analyses[0]!, NO_FILTER, 5_000))!.length).toBeGreaterThan(0);
});

const get = (path: string) => api.app.inject({ url: path, headers: { accept: 'text/html' } });

test('one filter applies to all charts, their files and their SQL', async () => {
  const { body } = await get('/analytics?community=ice&from=2021&to=&source=');
  expect(body).toContain('Only community ice, published 2021 to today');
  expect(body).toContain('href="/analytics/types.csv?community=ice&#38;from=2021"');
  expect(body).toContain('rc.community = &#39;ice&#39;');
  const csv = await get('/analytics/growth.csv?community=ice&from=2022');
  expect(csv.body).toBe('label,works\r\n2024,1\r\n');
  const svg = await get('/analytics/growth.svg?community=ice');
  expect([svg.headers['content-type'], svg.body]).toEqual([
    'image/svg+xml; charset=utf-8',
    expect.stringContaining('<title>2024: 1</title>'),
  ]);
});

test('a filter that names nothing is an error that says so', async () => {
  const source = await get('/analytics?source=nowhere');
  expect([source.statusCode, source.body]).toEqual([400, expect.stringContaining('there is sim')]);
  expect((await get('/analytics?community=nowhere')).statusCode).toBe(404);
  expect((await get('/analytics?from=20x4')).statusCode).toBe(400);
});

test('the query page has the tables with what their columns mean, and the SQL that it was given', async () => {
  const { body } = await get(`/analytics/sql?q=${encodeURIComponent('select "<b>"')}`);
  expect(body).toContain('select &#34;&#60;b&#62;&#34;</textarea>');
  expect(body).toContain('<code>analytics.growth</code>');
  expect(body).toContain('Latest versions.');
  expect(body).not.toContain('harvest.webhook');
});
