import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleted, EVERYTHING, harvested, version } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 0 });
  await api.store([
    harvested(7, EVERYTHING),
    harvested(101, version('First', '2020-01-01', 100)),
    harvested(102, version('Second', '2021-01-01', 100)),
    harvested(103, version('Third', '2021-01-01', 100)),
    harvested(201, '<titles><title>Gone</title></titles>'),
    harvested(301, '<titles><title>Alone</title></titles>'),
  ]);
  await api.store([deleted(201, '2025-01-01T00:00:00Z')]);
});
afterAll(() => api[Symbol.asyncDispose]());

const get = async (url: string, headers: Record<string, string> = {}) => api.app.inject({ url, headers });

interface Result {
  readonly id: string;
  readonly status: number;
  readonly record: { readonly title: string; readonly version_index: number; readonly is_latest_version: boolean } | null;
}
const results = (reply: { json(): unknown }): Result[] => (reply.json() as { results: Result[] }).results;

test('many are looked up at once, by any name and in the order asked', async () => {
  const ids = ['301', 'https://doi.org/10.5281/ZENODO.101', 'oai:zenodo.org:102', '100', '201', '999', 'nonsense', '301', '10.1/\u0000'];
  const found = results(await api.app.inject({ method: 'POST', url: '/api/lookup', payload: { ids } }));
  expect(found.map(({ id, status, record }) => [id, status, record?.title])).toEqual([
    ['301', 200, 'Alone'],
    ['https://doi.org/10.5281/ZENODO.101', 200, 'First'],
    ['oai:zenodo.org:102', 200, 'Second'],
    ['100', 200, 'Third'],
    ['201', 410, undefined],
    ['999', 404, undefined],
    ['nonsense', 404, undefined],
    ['301', 200, 'Alone'],
    ['10.1/\u0000', 404, undefined],
  ]);
  const inUrl = results(await get('/api/lookup?ids=301,https://doi.org/10.5281/ZENODO.101|oai:zenodo.org:102&ids=100'));
  expect(inUrl).toEqual(found.slice(0, 4));
});

test('each is what it is by itself', async () => {
  for (const format of ['json', 'flat', 'extract']) {
    const [result] = results(await get(`/api/lookup?ids=7&format=${format}`));
    expect(result!.record).toEqual((await get(`/api/records/7?format=${format}`)).json());
  }
});

test.each(['', ',|', Array.from({ length: 101 }, (_, n) => n).join(',')])(
  '%s is not a number of names that can be answered',
  async (ids) => {
    const reply = await get(`/api/lookup?ids=${ids}`);
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ parameter: 'ids' });
  },
);

test('the flat record has every member, and null for what cannot be known', async () => {
  const flat = (await get('/api/records/301?format=flat')).json<Record<string, unknown>>();
  const nulls = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, null]));
  expect(flat).toEqual({
    '@type': '@zenodo_record',
    id: 301,
    url: 'http://localhost/records/301',
    doi: '10.5281/zenodo.301',
    doi_url: 'https://doi.org/10.5281/zenodo.301',
    title: 'Alone',
    ...nulls('concept_doi concept_recid swhid description publication_date access_right version language license notes created_at files'),
    ...nulls('custom journal meeting imprint thesis'),
    ...Object.fromEntries(
      'creators contributors keywords subjects communities grants related_identifiers references dates'
        .split(' ')
        .map((name) => [name, []]),
    ),
    resource_type: { '@type': '@zenodo_resource_type', ...nulls('type subtype title') },
    stats: {
      '@type': '@zenodo_stats',
      ...nulls('downloads unique_downloads views unique_views'),
      ...nulls('version_downloads version_unique_downloads version_views version_unique_views'),
    },
    state: 'done',
    status: 'published',
    updated_at: '2024-05-31T10:00:00+00:00',
    is_latest_version: true,
    version_index: 1,
  });
  const rich = (await get('/api/records/7?format=flat')).json<Record<string, unknown>>();
  expect(Object.keys(rich).toSorted()).toEqual(Object.keys(flat).toSorted());
  const lists = ['creators', 'contributors', 'subjects', 'grants', 'related_identifiers', 'dates'];
  const kinds = lists.map((name) => (rich[name] as readonly Record<string, unknown>[]).map((one) => one['@type']));
  const singular = ['creator', 'contributor', 'subject', 'grant', 'related_identifier', 'date'];
  expect(kinds.map((kind) => [...new Set(kind)])).toEqual(singular.map((name) => [`@zenodo_${name}`]));
  expect(rich).toMatchObject({ language: 'eng', concept_doi: '10.5281/zenodo.6', concept_recid: '6', keywords: ['tide'] });
});

test('the form of InvenioRDM has all that OAI-PMH carries of it', async () => {
  const record = (await get('/api/records/7', { accept: 'application/vnd.inveniordm.v1+json' })).json<Record<string, unknown>>();
  expect(record).toMatchObject({
    id: '7',
    parent: { id: '6', pids: { doi: { identifier: '10.5281/zenodo.6' } } },
    pids: { doi: { identifier: '10.5281/zenodo.7' }, oai: { identifier: 'oai:zenodo.org:7', provider: 'oai' } },
    metadata: {
      title: 'Tides of Geneva',
      additional_titles: [{ title: 'Gezeiten', type: { id: 'translated-title' }, lang: { id: 'deu' } }],
      creators: [
        {
          person_or_org: {
            type: 'personal',
            name: 'Núñez, Ana',
            identifiers: [
              { identifier: '0000-0002-1825-0097', scheme: 'orcid' },
              { identifier: '118540238', scheme: 'gnd' },
            ],
          },
          affiliations: [{ id: '01ggx4157', name: 'CERN' }, { name: 'Sea Lab' }],
        },
        { person_or_org: { type: 'organizational', name: 'Harbour Board' }, affiliations: [] },
      ],
      contributors: [{ person_or_org: { name: 'Doe, Jane' }, role: { id: 'editor' } }],
      resource_type: { id: 'publication-article' },
      publication_date: '2024-05',
      languages: [{ id: 'eng' }],
      subjects: [{ subject: 'tide' }, { subject: 'sea', scheme: 'GEMET' }],
      dates: [
        { date: '2023-01-01/2023-02-01', type: { id: 'collected' }, description: 'buoys' },
        { date: '2025', type: { id: 'valid' } },
      ],
    },
    files: { enabled: null, entries: null },
    versions: { index: 1, is_latest: true },
    is_published: true,
  });
  expect((await get('/api/records/301?format=inveniordm')).json()).toMatchObject({ id: '301', access: { files: null, status: null } });
});

test('versions are counted from the oldest, those of one day by number', async () => {
  const found = results(await get('/api/lookup?ids=101,102,103,301&format=flat'));
  expect(found.map(({ record }) => [record!.version_index, record!.is_latest_version])).toEqual([
    [1, false],
    [2, false],
    [3, true],
    [1, true],
  ]);
});

test.each([
  ['application/x-bibtex', 'application/x-bibtex'],
  ['application/vnd.datacite.datacite+xml', 'application/vnd.datacite.datacite+xml'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
  ['application/json;q=0.5, application/ld+json', 'application/ld+json'],
  ['application/vnd.inveniordm.v1+json', 'application/vnd.inveniordm.v1+json'],
  ['application/vnd.zenodo.v1+json', 'application/json'],
  ['application/marcxml+xml', 'application/marcxml+xml'],
  ['application/dcat+xml', 'application/dcat+xml'],
  ['application/x-datacite+xml', 'application/vnd.datacite.datacite+xml'],
  ['application/x-dc+xml', 'application/xml'],
  ['text/x-bibliography', 'text/x-bibliography'],
  ['application/json; charset=utf-8', 'application/json'],
  ['application/vnd.inveniordm.v1+json;charset=UTF-8', 'application/vnd.inveniordm.v1+json'],
  ['application/ld+json;profile="https://a.example/b,c";q=0.9, image/png', 'application/ld+json'],
  ['application/geo+json', 'application/vnd.geo+json'],
  ['application/linkset+json', 'application/linkset+json'],
  [',;=', 'application/json'],
])('Accept: %s gives %s', async (accept, mediaType) => {
  const reply = await get('/api/records/301', { accept });
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toContain(mediaType);
  expect(reply.headers['vary']).toContain('accept');
});

test.each(['image/png', 'application/vnd.datapackage+json', 'text/html'])('a record with Accept: %s is 406', async (accept) => {
  expect((await get('/api/records/301', { accept })).json()).toMatchObject({ status: 406, detail: expect.stringContaining('x-bibtex') });
});

test('the links of a record are one document, too', async () => {
  const { linkset } = (await get('/api/records/7/export/linkset-json')).json<{ linkset: readonly Record<string, unknown>[] }>();
  expect(linkset).toEqual([
    expect.objectContaining({
      anchor: 'http://localhost/api/records/7',
      'cite-as': [{ href: 'https://doi.org/10.5281/zenodo.7' }],
      license: [{ href: 'https://creativecommons.org/licenses/by/4.0/' }],
      describedby: expect.arrayContaining([{ href: 'http://localhost/api/records/7/export/bibtex', type: 'application/x-bibtex' }]),
    }),
  ]);
});

test('format goes before Accept, and follows a concept to its latest version', async () => {
  expect((await get('/api/records/301?format=ris', { accept: 'application/json' })).body).toMatch(/^TY {2}- /);
  expect((await get('/api/records/100?format=ris')).headers.location).toBe('/api/records/103?format=ris');
});

test('the record names its DOI, its versions and its other formats in the header', async () => {
  const link = String((await get('/api/records/101')).headers['link']);
  expect(link).toContain('<https://doi.org/10.5281/zenodo.101>; rel="cite-as"');
  expect(link).toContain('<http://localhost/api/records/101/versions/latest>; rel="latest-version"');
  expect(link).toContain('<http://localhost/api/records/101/export/bibtex>; rel="describedby"; type="application/x-bibtex"');
});
