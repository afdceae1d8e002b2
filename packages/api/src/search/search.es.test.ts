import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleted, EVERYTHING, harvested, version } from '../../test/harvested.ts';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';
import type { SearchPage } from './search-page.ts';
import type { SuggestionList } from './suggest-route.ts';

let api: StockedApi;

beforeAll(async () => {
  api = await createStockedApi({ size: 120 });
  await api.store([
    harvested(7, EVERYTHING, { setSpecs: ['user-tides'] }),
    harvested(101, version('Glaciers of the moon', '2020-01-01', 100)),
    harvested(102, version('Glaciers of the moon, revised', '2021-01-01', 100)),
  ]);
});
afterAll(() => api[Symbol.asyncDispose]());

const get = async (parameters: string): Promise<SearchPage> => {
  const reply = await api.app.inject(`/api/records?${parameters}`);
  expect(reply.json()).not.toHaveProperty('detail');
  return reply.json();
};
const titles = (page: SearchPage): (string | undefined)[] => page.hits.hits.map((hit) => hit.title);

test('the latest versions, unless all are asked for or one is named', async () => {
  expect(titles(await get('q=glaciers%20moon'))).toEqual(['Glaciers of the moon, revised']);
  for (const yes of ['true', '1', 'True']) expect((await get(`q=glaciers%20moon&all_versions=${yes}`)).hits.total).toBe(2);
  expect((await get('q=glaciers%20moon&allversions=1')).hits.total).toBe(2);
  expect(titles(await get('q=10.5281/zenodo.101'))).toEqual(['Glaciers of the moon']);
  expect(titles(await get('q=doi:%2210.5281/zenodo.101%22'))).toEqual(['Glaciers of the moon']);
});

test('a version that comes or goes takes effect for the others', async () => {
  await api.store([harvested(103, version('Glaciers of the moon, again', '2022-01-01', 100))]);
  expect(titles(await get('q=glaciers%20moon'))).toEqual(['Glaciers of the moon, again']);
  await api.store([deleted(103, '2030-01-01T00:00:00Z')]);
  expect(titles(await get('q=glaciers%20moon'))).toEqual(['Glaciers of the moon, revised']);
});

test('aggregations as Zenodo has them, others by facets', async () => {
  const { aggregations, hits } = await get('');
  expect(Object.keys(aggregations!)).toEqual(['access_status', 'file_type', 'resource_type', 'subject', 'publication_date']);
  const years = aggregations!['publication_date']!.buckets.map(({ key }) => Number(key));
  expect([years.length > 0, years]).toEqual([true, years.toSorted((a, b) => b - a)]);
  expect(aggregations!['resource_type']).toMatchObject({
    label: 'Resource types',
    buckets: expect.arrayContaining([
      expect.objectContaining({
        key: 'publication',
        label: 'Publication',
        is_selected: false,
        inner: { buckets: expect.arrayContaining([expect.objectContaining({ key: 'publication-article', label: 'Journal article' })]) },
      }),
    ]),
  });
  const counted = aggregations!['resource_type']!.buckets.reduce((sum, bucket) => sum + bucket.doc_count, 0);
  expect(counted).toBeLessThanOrEqual(hits.total);
  expect(Object.keys((await get('facets=license,language')).aggregations!)).toEqual(['license', 'language']);
  expect(Object.keys((await get('facets=all')).aggregations!)).toHaveLength(11);
  expect(Object.keys((await get('facets=publication_date')).aggregations!)).toEqual(['publication_date']);
  expect(await get('facets=')).not.toHaveProperty('aggregations');
});

test.each(['resource_type=dataset', 'type=dataset', 'resource_type.type=dataset', 'f=resource_type:dataset'])(
  '%s chooses and keeps its own counts',
  async (choice) => {
    const free = await get('facets=resource_type');
    const chosen = await get(`facets=resource_type&${choice}`);
    const bucketOf = (page: SearchPage) => page.aggregations!['resource_type']!.buckets.find((bucket) => bucket.key === 'dataset')!;
    expect(chosen.hits.total).toBe(bucketOf(free).doc_count);
    expect(bucketOf(chosen)).toMatchObject({ doc_count: bucketOf(free).doc_count, is_selected: true });
    expect(chosen.aggregations!['resource_type']!.buckets.map((bucket) => bucket.doc_count)).toEqual(
      free.aggregations!['resource_type']!.buckets.map((bucket) => bucket.doc_count),
    );
  },
);

test('a subtype as Zenodo’s page writes it', async () => {
  const { aggregations } = await get('facets=resource_type');
  const publication = aggregations!['resource_type']!.buckets.find((bucket) => bucket.key === 'publication')!;
  const [first] = publication.inner!.buckets;
  const found = await get(`f=${encodeURIComponent(`resource_type:publication+inner:${first!.key}`)}`);
  expect(found.hits.total).toBe(first!.doc_count);
});

test('a cursor walks through everything once, and needs nothing but itself', async () => {
  const seen: number[] = [];
  let pages = 0;
  for (let url: string | null = '/api/records?all_versions=1&size=25&cursor=*'; url !== null;) {
    const page: SearchPage = (await api.app.inject(url)).json();
    seen.push(...page.hits.hits.map((hit) => Number(hit.id)));
    expect(page.hits.total).toBe(123);
    pages += 1;
    expect(page.links.next === undefined).toBe(page.next_cursor === null);
    url =
      page.next_cursor === null
        ? null
        : pages % 2 > 0
          ? `/api/records?cursor=${page.next_cursor}`
          : new URL(page.links.next!).pathname + new URL(page.links.next!).search;
  }
  expect(seen).toHaveLength(123);
  expect(new Set(seen).size).toBe(123);
});

test('every page of a walk shows where the words stand, where that is asked for', async () => {
  const word = /\p{L}{5,}/u.exec((await get('size=1')).hits.hits[0]!.title!)![0];
  const first = await get(`q=title:${word}&all_versions=1&highlight=1&size=1&cursor=*`);
  const pages = first.next_cursor === null ? [first] : [first, await get(`cursor=${first.next_cursor!}`)];
  const hits = pages.flatMap((page) => page.hits.hits);
  for (const { highlights } of hits) expect(highlights!.title![0]).toContain('<mark>');
});

test('the cursor of another search is refused', async () => {
  const { next_cursor } = await get('size=5&cursor=*');
  expect((await api.app.inject(`/api/records?size=6&cursor=${next_cursor}`)).json()).toMatchObject({ status: 400, parameter: 'cursor' });
});

test('an expired cursor says what to do', async () => {
  const { next_cursor } = await get('size=5&cursor=*');
  const { pit } = JSON.parse(Buffer.from(next_cursor!, 'base64url').toString()) as { pit: string };
  await api.index.client.closePointInTime({ id: pit });
  const reply = await api.app.inject(`/api/records?cursor=${next_cursor}`);
  expect(reply.json()).toMatchObject({
    status: 400,
    type: 'urn:thresher:problem:expired-cursor',
    detail: expect.stringContaining('cursor=*'),
  });
});

test('select names members', async () => {
  const { hits } = await get('q=recid:7&select=id,doi,metadata.title,metadata.resource_type.type');
  expect(hits.hits).toEqual([
    { id: 7, doi: '10.5281/zenodo.7', metadata: { title: 'Tides of Geneva', resource_type: { type: 'publication' } } },
  ]);
});

test('a sample is drawn once, and its pages belong together', async () => {
  const first = await get('sample=12&size=5');
  const { seed } = Object.fromEntries(new URL(first.links.self).searchParams);
  expect(first.hits.total).toBe(12);
  const again = await get(`sample=12&size=12&seed=${seed}`);
  const pages = [first, await get(new URL(first.links.next!).search.slice(1)), await get(`sample=12&size=5&page=3&seed=${seed}`)];
  expect(pages.flatMap((page) => page.hits.hits.map((hit) => hit.id))).toEqual(again.hits.hits.map((hit) => hit.id));
  expect((await get('sample=12&size=12&seed=1')).hits.hits).toEqual((await get('sample=12&size=12&seed=1')).hits.hits);
});

test('group_by counts', async () => {
  const { group_by } = await get('group_by=publication_year&size=0&all_versions=1&q=glaciers%20moon');
  expect(group_by!.buckets.map(({ key, doc_count }) => [key, doc_count])).toEqual([]);
  const whole = await get('group_by=access_status&size=0');
  expect(whole.group_by!.buckets.reduce((sum, bucket) => sum + bucket.doc_count, 0)).toBeLessThanOrEqual(whole.hits.total);
  expect(whole.group_by!.label).toBe('Access status');
});

test('group_by of two facets is a table, in CSV too, in which every filter applies', async () => {
  const whole = await get('group_by=resource_type,publication_year&size=0');
  const rows = whole.group_by!.buckets.flatMap((one) => one.group_by!.buckets.map((inner) => [one.key, inner.key, inner.doc_count]));
  expect(rows.length).toBeGreaterThan(3);
  // Each record has one type and one year.
  for (const one of whole.group_by!.buckets)
    expect(one.group_by!.buckets.reduce((sum, inner) => sum + inner.doc_count, 0)).toBe(one.doc_count);
  const [type, year, count] = rows.at(-1)!;
  const { hits } = await get(`resource_type=${type}&publication_year=${year}&size=0`);
  expect(hits.total).toBe(count);
  const chosen = await get(`group_by=publication_year,resource_type&publication_year=${year}&size=0`);
  expect(chosen.group_by!.buckets.map(({ key, is_selected }) => [key, is_selected])).toEqual([[year, true]]);
  expect(chosen).not.toHaveProperty('warnings');

  const byName = await api.app.inject('/api/records?group_by=resource_type,publication_year&format=csv');
  expect(byName.headers['content-type']).toBe('text/csv; charset=utf-8');
  const [head, ...lines] = byName.body.trimEnd().split('\r\n');
  expect(head).toBe('resource_type,resource_type_label,publication_year,publication_year_label,records');
  expect(lines.map((line) => line.split(',')).map(([a, , b, , n]) => [a, b, Number(n)])).toEqual(rows);
  const byHeader = await api.app.inject({
    url: '/api/communities/tides/records?group_by=access_status',
    headers: { accept: 'text/csv' },
  });
  expect(byHeader.body).toBe('access_status,access_status_label,records\r\nopen,Open,1\r\n');
  // Without group_by it is the records of the page.
  expect((await api.app.inject('/api/records?size=2&format=csv')).body).toMatch(/^id,doi,/);
});

test('a table of group_by that is cut says so', async () => {
  const subjects = Array.from({ length: 210 }, (_, n) => `<subject>s${n}</subject>`).join('');
  await api.store([harvested(601, `<titles><title>Crowded</title></titles><subjects>${subjects}</subjects>`)]);
  const reply = await api.app.inject('/api/records?q=title:crowded&group_by=subject,access_status&size=0');
  const { group_by, warnings } = reply.json<SearchPage>();
  expect([group_by!.buckets.length, group_by!.other_doc_count]).toEqual([200, 10]);
  expect(warnings).toEqual([{ parameter: 'group_by', detail: 'subject has more than 200 values: the most frequent are listed' }]);
  expect(reply.headers['warning']).toEqual(['299 - "group_by: subject has more than 200 values: the most frequent are listed"']);
  const csv = await api.app.inject('/api/records?q=title:crowded&group_by=subject&format=csv');
  expect([csv.body.trimEnd().split('\r\n').length, csv.headers['warning']]).toEqual([201, reply.headers['warning']]);
});

test('highlights', async () => {
  const { hits } = await get('q=glacier%20moon&highlight=true');
  expect(hits.hits[0]!.highlights!.title).toEqual(['<mark>Glaciers</mark> of the <mark>moon</mark>, revised']);
  expect((await get('q=glacier')).hits.hits[0]).not.toHaveProperty('highlights');
});

test('a misspelt word: what is near, and what was perhaps meant', async () => {
  const page = await get('q=glacirs%20mooon');
  expect(page.hits.total).toBe(1);
  expect(page.spelling).toEqual({ near: true, did_you_mean: { q: 'glaciers moon', total: 1 } });
  expect(await get('q=glaciers%20moon')).not.toHaveProperty('spelling');
});

test('bounds', async () => {
  const ids = async (bounds: string) => (await get(`bounds=${bounds}&size=100`)).hits.hits.map((hit) => hit.id);
  expect(await ids('6,46,7,47')).toContain(7);
  expect(await ids('7,46,8,47')).not.toContain(7);
});

test('every sort of Zenodo', async () => {
  for (const sort of [
    'bestmatch',
    'newest',
    'oldest',
    'updated-desc',
    'updated-asc',
    'version',
    'mostviewed',
    'mostdownloaded',
    'mostrecent',
    '-mostrecent',
  ])
    expect((await get(`sort=${sort}&size=1`)).hits.hits).toHaveLength(1);
});

test('the records of a community, with all that a search has', async () => {
  const reply = await api.app.inject('/api/communities/tides/records?facets=community&q=geneva');
  const page = reply.json<SearchPage>();
  expect(titles(page)).toEqual(['Tides of Geneva']);
  expect(page.links.self).toContain('/api/communities/tides/records');
  expect((await api.app.inject('/api/communities/tides/records?communities=other')).json<SearchPage>().hits.total).toBe(1);
  const walked = await api.app.inject('/api/communities/tides/records?cursor=*');
  expect(walked.json<SearchPage>().hits.total).toBe(1);
});

test('suggestions lead to records and queries', async () => {
  const { suggestions } = (await api.app.inject('/api/suggest?q=tid')).json<SuggestionList>();
  expect(suggestions).toContainEqual({
    type: 'title',
    text: 'Tides of Geneva',
    query: 'title:"Tides of Geneva"',
    self: 'http://localhost/api/records/7',
    html: 'http://localhost/records/7',
  });
  expect(suggestions.map((one) => one.type)).toContain('community');
  for (const { query } of suggestions) expect((await get(`q=${encodeURIComponent(query)}`)).hits.total).toBeGreaterThan(0);
  expect((await api.app.inject('/api/suggest')).json()).toMatchObject({ status: 400, parameter: 'q' });
});
