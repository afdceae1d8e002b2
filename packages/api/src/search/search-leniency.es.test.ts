import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { harvested, version } from '../../test/harvested.ts';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';
import type { SearchPage } from './search-page.ts';

let api: StockedApi;

const titled = (title: string): string => `<titles><title>${title}</title></titles><publicationYear>2020</publicationYear>`;

beforeAll(async () => {
  api = await createStockedApi({ size: 5 });
  await api.store([
    harvested(9001, titled('Minutes &quot;of the harbour board&quot; [sic]: 2/3 quorum, map 1:500 (copy~')),
    harvested(9002, titled('Either Or Not: a reader')),
    harvested(9003, version('Glaciers of the moon', '2020-01-01', 9000)),
    harvested(9004, version('Glaciers of the moon, revised', '2021-01-01', 9000)),
  ]);
});
afterAll(() => api[Symbol.asyncDispose]());

const ask = async (parameters: string, path = '/api/records') => {
  const reply = await api.app.inject(`${path}?${parameters}`);
  expect(reply.statusCode, reply.body.slice(0, 300)).toBe(200);
  const page = reply.json<SearchPage>();
  return { ids: page.hits.hits.map((hit) => Number(hit.id)), page, warning: reply.headers['warning'] };
};

describe('a query that does not parse finds the records that have its words, with a note', () => {
  test.each([
    ['minutes "of the harbour', 9001],
    ['harbour board" minutes', 9001],
    ['board minutes (copy', 9001],
    ['(minutes (board', 9001],
    ['minutes) board', 9001],
    ['title:(minutes board', 9001],
    ['AND quorum', 9001],
    ['quorum AND', 9001],
    ['OR quorum', 9001],
    ['quorum && minutes ||', 9001],
    ['NOT', 9002],
    ['EITHER OR NOT', 9002],
    ['reader ( OR either', 9002],
    ['Minutes "of the harbour board" [sic]: 2/3 quorum, map 1:500 (copy~', 9001],
  ])('%s', async (q, id) => {
    const { ids, page, warning } = await ask(`q=${encodeURIComponent(q)}`);
    expect(ids).toEqual([id]);
    expect(page.warnings).toEqual([{ parameter: 'q', detail: expect.stringContaining('searched as plain words') }]);
    expect(String(warning)).toMatch(/^299 - "q: the query was searched as plain words/);
  });

  test.each(['quorum [sic', 'minutes /2', 'map 1:500'])('%s are words, and need no note', async (q) => {
    const { ids, page } = await ask(`q=${encodeURIComponent(q)}`);
    expect([ids, page.warnings]).toEqual([[9001], undefined]);
  });

  test('signs alone find nothing', async () => {
    const { page } = await ask('q=%22(');
    expect(page.hits.total).toBe(0);
    expect(page.warnings).toHaveLength(1);
  });
});

describe('unknown parameters are ignored', () => {
  test.each([
    '_=1732',
    'utm_source=x',
    'expand=1',
    'ln=en',
    'locale=en',
    'p=1',
    's=10',
    'foo=bar',
    'order=desc',
    'fields=id%2Cdoi',
    'constructor=x',
    '__proto__=x',
  ])('%s', async (parameter) => {
    expect((await ask(`q=glaciers&${parameter}`)).ids).toEqual([9004]);
  });

  test.each([
    ['titel=x', 'title'],
    ['all_version=1', 'all_versions'],
    ['comunities=x', 'communities'],
    ['metadata.titel=x', 'title'],
  ])('but %s is named in the reply', async (parameter, near) => {
    const { ids, page, warning } = await ask(`q=glaciers&${parameter}`);
    expect(ids).toEqual([9004]);
    expect(page.warnings).toEqual([{ parameter: parameter.split('=')[0], detail: expect.stringContaining(`did you mean '${near}'`) }]);
    expect(String(warning)).toContain(near);
  });

  test.each([['custom_fields.x=1', 'whole name']])('and so is %s, which Zenodo has and the data have not', async (parameter, works) => {
    const { page } = await ask(`q=glaciers&${parameter}`);
    expect(page.warnings).toEqual([{ parameter: parameter.split('=')[0], detail: expect.stringContaining(works) }]);
  });

  test('the header takes any name', async () => {
    const { warning } = await ask(`${encodeURIComponent('titlé"')}=x`);
    expect(String(warning)).toMatch(/^299 - "[\x20-\x7e]*"$/);
  });
});

test.each([
  'all_versions',
  'all_versions=',
  'allversions=',
  'all_versions=True',
  'all_versions=TRUE',
  'all_versions=yes',
  'all_versions=on',
  'all_versions=1',
  'f=allversions:true',
  'f=all_versions%3Atrue',
])('?%s asks for every version', async (flag) => {
  expect((await ask(`q=glaciers&sort=newest&${flag}`)).ids).toEqual([9004, 9003]);
});

test.each([
  'all_versions=false',
  'all_versions=0',
  'all_versions=no',
  'all_versions=off',
  'allversions=False',
  'f=allversions:false',
  'all_versions=0&f=allversions:true',
])('?%s does not', async (flag) => {
  expect((await ask(`q=glaciers&${flag}`)).ids).toEqual([9004]);
});

test('a large size is clipped, and the links have the clipped one', async () => {
  const { page } = await ask('size=10000');
  expect(page.hits.hits).toHaveLength(page.hits.total);
  expect(page.links.self).toContain('size=1000');
  expect(page.links.self).not.toContain('size=10000');
  expect(page.warnings).toEqual([{ parameter: 'size', detail: expect.stringContaining('1000') }]);
});

test.each([
  ['publication-desc', [9004, 9003]],
  ['publication-asc', [9003, 9004]],
  ['created-desc', [9004, 9003]],
  ['created-asc', [9003, 9004]],
  ['title-asc', [9003, 9004]],
  ['title-desc', [9004, 9003]],
  ['-publication_date', [9004, 9003]],
])('sort=%s', async (sort, ids) => {
  const asked = await ask(`q=glaciers&all_versions&sort=${sort}`);
  expect(asked.ids).toEqual(ids);
  expect(asked.page).not.toHaveProperty('warnings');
});

test.each(['conference-desc', 'conference-asc', 'journal-desc', '-journal-asc'])(
  'sort=%s says that many records lack what it sorts by',
  async (sort) => {
    const { ids, page } = await ask(`q=glaciers&all_versions&sort=${sort}`);
    expect(ids).toHaveLength(2);
    expect(page.warnings).toEqual([{ parameter: 'sort', detail: expect.stringContaining('newest') }]);
  },
);

test.each([
  ['filename:data.csv', 'thresher enrich'],
  ['glaciers OR stats.views:>1', 'thresher enrich'],
  ['parent.communities.default:tides', 'default'],
])('q=%s says what is less than at Zenodo', async (q, note) => {
  const { page } = await ask(`q=${encodeURIComponent(q)}`);
  expect(page.warnings).toEqual([{ parameter: 'q', detail: expect.stringContaining(note) }]);
});

test('an export and a feed carry the header, too', async () => {
  for (const url of ['/api/records/export?format=jsonl&q=glaciers%20(moon', '/feeds/records.atom?q=glaciers%20(moon']) {
    const reply = await api.app.inject(url);
    expect(reply.statusCode).toBe(200);
    expect(reply.body).toContain('Glaciers of the moon');
    expect(String(reply.headers['warning'])).toContain('searched as plain words');
  }
});
