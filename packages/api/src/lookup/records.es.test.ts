import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleted, harvested, version } from '../../test/harvested.ts';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';

let api: StockedApi;

beforeAll(async () => {
  api = await createStockedApi({ size: 60 });
  await api.store([
    harvested(101, version('Glaciers of the moon', '2020-01-01', 100)),
    harvested(102, version('Glaciers of the moon, revised', '2021-01-01', 100)),
    harvested(201, version('A record to be deleted', '2020-01-01', 200)),
    harvested(301, '<titles><title>Plain &amp; simple</title></titles>'),
  ]);
  await api.store([deleted(201, '2024-06-01T00:00:00Z')]);
});
afterAll(() => api[Symbol.asyncDispose]());

const get = async (url: string, headers: Record<string, string> = {}) => api.app.inject({ url, headers });
const titlesOf = async (url: string): Promise<string[]> =>
  (await get(url)).json<{ hits: { hits: { title: string }[] } }>().hits.hits.map((hit) => hit.title);

test('a search has the shape of Zenodo, ten hits unless specified', async () => {
  const reply = await get('/api/records?all_versions=true');
  expect(reply.statusCode).toBe(200);
  const { hits, links } = reply.json<{ hits: { hits: unknown[]; total: number }; links: object }>();
  expect(hits.total).toBe(63);
  expect(hits.hits).toHaveLength(10);
  expect(links).toEqual({
    self: 'http://localhost/api/records?all_versions=true&page=1&size=10',
    next: 'http://localhost/api/records?all_versions=true&page=2&size=10',
  });
  expect(reply.headers['link']).toContain('rel="next"');
});

test('the pages of a search hold every record once', async () => {
  const seen: number[] = [];
  for (let url: string | undefined = '/api/records?size=25&sort=oldest&all_versions=1'; url !== undefined;) {
    const page: { hits: { hits: { id: number }[] }; links: { next?: string } } = (await get(url)).json();
    seen.push(...page.hits.hits.map((hit) => hit.id));
    url = page.links.next?.replace('http://localhost', '');
  }
  expect(seen).toHaveLength(63);
  expect(new Set(seen).size).toBe(63);
});

test('a query finds by words and fields', async () => {
  expect(await titlesOf('/api/records?q=glacier%20revised')).toEqual(['Glaciers of the moon, revised']);
  expect(await titlesOf('/api/records?q=conceptrecid:100&sort=version&allversions=1')).toEqual([
    'Glaciers of the moon, revised',
    'Glaciers of the moon',
  ]);
  expect(await titlesOf('/api/records?q=doi:10.5281/zenodo.101')).toEqual(['Glaciers of the moon']);
});

test('every field of a query is a parameter too; several values mean any', async () => {
  const count = async (url: string): Promise<number> => (await get(url)).json<{ hits: { total: number } }>().hits.total;
  const types = api.records.map((record) => record.metadata?.resourceType?.type);
  expect(await count('/api/records?type=dataset&size=0&all_versions=true')).toBe(types.filter((type) => type === 'dataset').length);
  expect(await count('/api/records?type=dataset&type=publication&all_versions=true')).toBe(
    types.filter((type) => type === 'dataset' || type === 'publication').length,
  );
  const [slug] = api.records.flatMap((record) => record.metadata?.communities ?? []);
  expect(await count(`/api/records?communities=${slug}&all_versions=true`)).toBe(
    api.records.filter((record) => record.metadata?.communities.includes(slug!)).length,
  );
});

test('a hit is the same as the record itself', async () => {
  const { hits }: { hits: { hits: { id: number }[] } } = (await get('/api/records?size=30')).json();
  for (const hit of hits.hits) expect((await get(`/api/records/${hit.id}`)).json()).toEqual(hit);
});

test('parameters of programs written for Zenodo are taken', async () => {
  const reply = await get('/api/records?q=glacier&all_versions=true&status=published&access_token=secret');
  expect(reply.statusCode).toBe(200);
  expect(reply.body).not.toContain('secret');
});

test.each([
  ['/api/records?size=-1', 'size', 'size must be 0 or more'],
  ['/api/records?page=0', 'page', 'page must be 1 or more'],
  ['/api/records?page=two', 'page', 'page must be a whole number'],
  ['/api/records?q=a&q=b', 'q', 'q must be given once'],
  ['/api/records?all_versions=maybe', 'all_versions', 'all_versions must be one of true, false, 1, 0'],
  ['/api/records?sort=newst', 'sort', "'newest'"],
  ['/api/records?facets=licence', 'facets', "'license'"],
  ['/api/records?group_by=beauty', 'group_by', 'resource_type'],
  ['/api/records?bounds=1,2,3', 'bounds', 'west'],
  ['/api/records?bounds=1,2,3,200', 'bounds', 'west'],
  ['/api/records?custom=Felidae', 'custom', 'custom=[dwc:family]:Felidae'],
  ['/api/records?f=dataset', 'f', 'f=resource_type:dataset'],
  ['/api/records?status=draft', 'status', 'published'],
  ['/api/records?sample=0', 'sample', '1 or more'],
  ['/api/records?cursor=abc', 'cursor', 'cursor=*'],
  ['/api/records?cursor=*&sample=3', 'cursor', 'sample'],
  ['/api/records?cursor=*&group_by=language', 'group_by', 'one at a time'],
  ['/api/records?page=1001', 'page', 'cursor'],
  ['/api/records?sort=beautiful', 'sort', 'bestmatch'],
  ['/api/records?q=titel:x', 'q', 'title'],
  ['/api/records?q=titel:(a', 'q', 'title'],
  ['/api/records?q=publication_date:yesterday', 'q', 'publication_date'],
])('%s is refused with what to do', async (url, parameter, advice) => {
  const reply = await get(url);
  expect(reply.statusCode).toBe(400);
  expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(reply.json()).toMatchObject({
    status: 400,
    parameter,
    detail: expect.stringContaining(advice),
    request_id: reply.headers['x-request-id'],
  });
});

test.each([
  '101',
  '10.5281/zenodo.101',
  '10.5281%2Fzenodo.101',
  '10.5281/ZENODO.101',
  'doi:10.5281/zenodo.101',
  'https://doi.org/10.5281/zenodo.101',
  encodeURIComponent('https://doi.org/10.5281/zenodo.101'),
  'https://zenodo.org/records/101',
  'https://zenodo.org/record/101',
  'https:/zenodo.org/api/records/101',
  'oai:zenodo.org:101',
  'oai%3Azenodo.org%3A101',
  '101/',
])('%s leads to the record', async (name) => {
  const reply = await get(`/api/records/${name}`);
  expect(reply.statusCode).toBe(200);
  expect(reply.json()).toMatchObject({ id: 101, title: 'Glaciers of the moon' });
});

test.each([
  ['100', '/api/records/102'],
  ['10.5281/zenodo.100', '/api/records/102'],
  ['https://doi.org/10.5281/zenodo.100', '/api/records/102'],
  ['100/export/bibtex', '/api/records/102/export/bibtex'],
  ['101/versions/latest', '/api/records/102'],
  ['10.5281/zenodo.101/versions/latest', '/api/records/102'],
  ['301/versions/latest', '/api/records/301'],
])('%s leads to the latest version', async (name, location) => {
  const reply = await get(`/api/records/${name}`);
  expect(reply.statusCode).toBe(302);
  expect(reply.headers.location).toBe(location);
  expect((await get(location)).statusCode).toBe(200);
});

test('versions are listed, the latest first; a record without a concept is its only one', async () => {
  expect(await titlesOf('/api/records/101/versions')).toEqual(['Glaciers of the moon, revised', 'Glaciers of the moon']);
  expect(await titlesOf('/api/records/10.5281/zenodo.100/versions')).toHaveLength(2);
  expect(await titlesOf('/api/records/301/versions')).toEqual(['Plain & simple']);
});

test.each(['999', '10.5281/zenodo.999', 'oai:zenodo.org:999', 'climate', '99999999999999999', 'https://example.org/x', '1/2/3'])(
  '%s is 404',
  async (name) => {
    const reply = await get(`/api/records/${name}`);
    expect(reply.statusCode).toBe(404);
    expect(reply.json()).toMatchObject({ type: 'urn:thresher:problem:unknown-record', status: 404 });
  },
);

test('a deleted record is 410 and tells what it was, by each of its names', async () => {
  for (const name of ['201', '10.5281/zenodo.201', 'oai:zenodo.org:201', '200']) {
    const reply = await get(`/api/records/${name}`);
    expect(reply.statusCode).toBe(410);
    expect(reply.json()).toMatchObject({
      type: 'urn:thresher:problem:deleted-record',
      tombstone: {
        oai_identifier: 'oai:zenodo.org:201',
        recid: 201,
        doi: '10.5281/zenodo.201',
        conceptdoi: '10.5281/zenodo.200',
        title: 'A record to be deleted',
        datestamp: '2024-06-01T00:00:00.000Z',
      },
    });
  }
});

test.each([
  ['json', 'application/json', /"id":301/],
  ['normalised', 'application/json', /"oaiIdentifier": "oai:zenodo.org:301"/],
  ['datacite-json', 'application/vnd.datacite.datacite+json', /Plain & simple/],
  ['datacite-xml', 'application/vnd.datacite.datacite+xml', /Plain &amp; simple/],
  ['dublincore', 'application/xml', /Plain &amp; simple/],
  ['bibtex', 'application/x-bibtex', /^@/],
  ['ris', 'application/x-research-info-systems', /^TY {2}- /],
  ['csl', 'application/vnd.citationstyles.csl+json', /"title": "Plain & simple"/],
  ['json-ld', 'application/ld+json', /schema\.org/],
  ['dcat-ap', 'application/dcat+xml', /<dct:title>Plain &amp; simple<\/dct:title>/],
])('a record is exported as %s', async (format, mediaType, content) => {
  const reply = await get(`/api/records/10.5281/zenodo.301/export/${format}`);
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toBe(`${mediaType}; charset=utf-8`);
  expect(reply.body).toMatch(content);
});

test('an unknown format is refused with those there are', async () => {
  const reply = await get('/api/records/301/export/docx');
  expect(reply.statusCode).toBe(400);
  expect(reply.json()).toMatchObject({ parameter: 'format', detail: expect.stringContaining('bibtex') });
});

test('records are tagged, and not sent to those who have them', async () => {
  const { headers } = await get('/api/records/301');
  const tag = String(headers['etag']);
  expect(tag).toMatch(/^"[^"]+"$/);
  const again = await get('/api/records/301', { 'if-none-match': tag });
  expect([again.statusCode, again.body, again.headers['etag']]).toEqual([304, '', tag]);
  const head = await api.app.inject({ method: 'HEAD', url: '/api/records/301' });
  expect([head.statusCode, head.body, head.headers['etag'], head.headers['content-length']]).toEqual([
    200,
    '',
    tag,
    headers['content-length'],
  ]);
  await api.store([harvested(301, '<titles><title>Plain &amp; simple, again</title></titles>', { datestamp: '2025-01-01T00:00:00Z' })]);
  expect((await get('/api/records/301', { 'if-none-match': tag })).statusCode).toBe(200);
});

test('answers are compressed for those who ask, under their own tag', async () => {
  const plain = await get('/api/records?size=20');
  for (const encoding of ['gzip', 'br']) {
    const reply = await get('/api/records?size=20', { 'accept-encoding': encoding });
    expect(reply.headers['content-encoding']).toBe(encoding);
    expect(reply.headers['etag']).toBe(String(plain.headers['etag']).replace(/"$/, `-${encoding}"`));
    expect(reply.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    expect(
      (await get('/api/records?size=20', { 'accept-encoding': encoding, 'if-none-match': String(reply.headers['etag']) })).statusCode,
    ).toBe(304);
  }
});
