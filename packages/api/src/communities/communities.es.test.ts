import { refreshAnalytics } from '@thresher/store/read';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING, harvested } from '../../test/harvested.ts';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';

let api: StockedApi;
beforeAll(async () => {
  api = await createStockedApi({ size: 0 });
  await api.store([harvested(7, EVERYTHING, { setSpecs: ['user-sea', 'user-sea-ice'] })]);
  await api.store([
    harvested(8, '<titles><title>Salt</title></titles>', { setSpecs: ['user-sea'] }),
    harvested(9, '<titles><title>Other</title></titles>', { setSpecs: ['user-fire'] }),
  ]);
  await refreshAnalytics(api.database.db, { force: true });
});
afterAll(() => api[Symbol.asyncDispose]());

interface Page {
  readonly hits: { readonly hits: readonly Record<string, unknown>[]; readonly total: number };
  readonly links: Readonly<Record<string, string>>;
}
const get = async (url: string): Promise<Page> => (await api.app.inject(url)).json();
const ids = async (url: string): Promise<unknown[]> => (await get(url)).hits.hits.map((hit) => hit['id']);

test('communities have their counts, and are found by words and sorted', async () => {
  const { hits } = await get('/api/communities');
  expect(hits.hits.slice(0, 1)).toEqual([
    expect.objectContaining({
      id: 'sea',
      slug: 'sea',
      created: expect.stringMatching(/\+00:00$/),
      updated: expect.stringMatching(/\+00:00$/),
      access: expect.objectContaining({ visibility: 'public', member_policy: null }),
      metadata: expect.objectContaining({ title: 'sea', type: null, organizations: [] }),
      records: 2,
      links: expect.objectContaining({
        self: 'http://localhost/api/communities/sea',
        records: 'http://localhost/api/communities/sea/records',
        atom: 'http://localhost/feeds/communities/sea.atom',
        rss: 'http://localhost/feeds/communities/sea.rss',
        source: 'https://zenodo.org/communities/sea',
      }),
    }),
  ]);
  expect(await ids('/api/communities?q=ice')).toEqual(['sea-ice']);
  expect((await ids('/api/communities?sort=newest'))[0]).toBe('fire');
  const first = await get('/api/communities?size=1');
  expect([first.hits.total, first.links['next']]).toEqual([hits.total, 'http://localhost/api/communities?size=1&page=2']);
});

test('a community is counted as it is now', async () => {
  await api.store([harvested(10, '<titles><title>New</title></titles>', { setSpecs: ['user-new'] })]);
  expect((await api.app.inject('/api/communities/new')).json()).toMatchObject({ slug: 'new', records: 1 });
  expect((await api.app.inject('/api/communities/nobody')).json()).toMatchObject({
    status: 404,
    type: 'urn:thresher:problem:unknown-community',
  });
  expect((await api.app.inject('/api/communities/%00')).statusCode).toBe(404);
});

test('the records of a community are searched with all parameters', async () => {
  expect(new Set(await ids('/api/communities/sea/records'))).toEqual(new Set([7, 8]));
  expect(await ids('/api/communities/sea/records?q=salt')).toEqual([8]);
  expect(await ids('/api/communities/sea/records?communities=fire')).toHaveLength(2);
  const { links } = await get('/api/communities/sea/records?size=1');
  expect(links['next']).toBe('http://localhost/api/communities/sea/records?size=1&page=2');
});

test('a record names its communities, by whatever it is called', async () => {
  for (const name of ['7', '10.5281/zenodo.7', 'oai:zenodo.org:7'])
    expect(await ids(`/api/records/${name}/communities`)).toEqual(expect.arrayContaining(['sea', 'sea-ice']));
  expect((await api.app.inject('/api/records/999/communities')).statusCode).toBe(404);
});

test.each([
  [
    '/api/names?suggest=nun',
    { id: '0000-0002-1825-0097', name: 'Núñez, Ana', identifiers: [{ identifier: '0000-0002-1825-0097', scheme: 'orcid' }] },
  ],
  [
    '/api/affiliations?suggest=cern',
    { id: '01ggx4157', name: 'CERN', identifiers: [{ identifier: '01ggx4157', scheme: 'ror' }], records: 1 },
  ],
  ['/api/subjects?suggest=sea', { id: 'GEMET:sea', subject: 'sea', scheme: 'GEMET' }],
  ['/api/vocabularies/languages', { id: 'eng', title: { en: 'English' } }],
  ['/api/vocabularies/resourcetypes', { id: 'publication-article', type: 'resourcetypes' }],
])('%s', async (url, term) => {
  const { hits } = await get(url);
  expect(hits.hits[0]).toMatchObject(term);
  const { links } = hits.hits[0] as { links: { self: string } };
  expect((await api.app.inject(links.self.replace('http://localhost', ''))).json()).toEqual(hits.hits[0]);
});

test('sets and formats of /oai2d are available as JSON', async () => {
  expect(await ids('/api/oaipmh/formats')).toEqual(expect.arrayContaining(['oai_dc', 'datacite', 'oai_datacite', 'marcxml']));
  const all = await ids('/api/oaipmh/sets');
  const walked: unknown[] = [];
  for (let url: string | undefined = '/api/oaipmh/sets?size=2'; url !== undefined;) {
    const page: Page = await get(url);
    walked.push(...page.hits.hits.map((hit) => hit['id']));
    url = page.links['next']?.replace('http://localhost', '');
  }
  expect(walked).toEqual(all);
  expect(all).toContain('user-sea-ice');
});

test.each(['/api/names?q=%00', '/api/names?size=0', '/api/communities?page=0', '/api/oaipmh/sets?after=%00'])(
  '%s is refused',
  async (url) => {
    expect((await api.app.inject(url)).statusCode).toBe(400);
  },
);
