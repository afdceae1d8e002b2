import { noteNotShown, saveFetched, statsOf } from '@thresher/store/read';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING, harvested } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

let api: StoredApi;
const at = new Date('2026-08-01T12:00:00Z');
const files = [
  { key: 'a b/ü.csv', fileId: 'f1', size: 568, checksum: 'md5:e4', url: 'https://zenodo.org/api/records/7/files/x/content' },
  { key: 'plain', fileId: null, size: null, checksum: null, url: null },
];
const stats = statsOf((name) => (name.endsWith('volume') ? null : name.length));

beforeAll(async () => {
  api = await createStoredApi({ size: 0 });
  const [seven, , nine] = await api.store([harvested(7, EVERYTHING), harvested(8, ''), harvested(9, '')]);
  await saveFetched(api.database.db, seven!.recordId, { files, stats }, at);
  await noteNotShown(api.database.db, nine!.recordId, 403, at);
});
afterAll(() => api[Symbol.asyncDispose]());

interface Shown {
  readonly stats: object;
  readonly hits: { readonly hits: readonly object[] };
  readonly results: readonly object[];
  readonly detail: string;
  readonly entries: readonly { readonly links: { readonly content: string } }[];
}
const read = async (url: string): Promise<Shown> => (await get(url)).json();

const get = async (url: string, headers: Record<string, string> = {}) => api.app.inject({ url, headers });
const ask = (payload: object) => api.app.inject({ method: 'POST', url: '/api/stats', payload });

test('what was fetched is in the record, in the batch and in the flat form', async () => {
  const shown = {
    files: [
      { id: 'f1', key: 'a b/ü.csv', size: 568, checksum: 'md5:e4', links: { self: files[0]!.url } },
      { id: null, key: 'plain', size: null, checksum: null, links: {} },
    ],
    stats: expect.objectContaining({ views: 5, version_unique_downloads: 24 }),
  };
  expect((await get('/api/records/7')).json()).toMatchObject(shown);
  expect((await read('/api/records/7')).stats).not.toHaveProperty('volume');
  expect((await get('/api/records/7?format=flat')).json()).toMatchObject(shown);
  expect((await get('/api/records/7?format=extract')).json()).toMatchObject({ download_link: files[0]!.url });
  expect((await read('/api/records/7/versions')).hits.hits[0]).toMatchObject(shown);
  expect((await read('/api/lookup?ids=7,8')).results).toMatchObject([{ record: shown }, { record: { stats: null } }]);
  // zenodo-rs, zenodo-search and others take a list or nothing, and break on null.
  expect(await read('/api/records/8')).not.toHaveProperty('files');
});

test('/files lists them, and leads to their content', async () => {
  const reply = await read('/api/records/7/files');
  expect(reply).toMatchObject({
    enabled: true,
    total_size: 568,
    fetched: at.toISOString(),
    links: { source: 'https://zenodo.org/records/7' },
  });
  expect(reply).not.toHaveProperty('detail');
  const content = new URL(reply.entries[0]!.links.content).pathname;
  expect(await get(content)).toMatchObject({ statusCode: 302, headers: expect.objectContaining({ location: files[0]!.url }) });
  expect((await get('/api/records/7/files/plain/content')).statusCode).toBe(404);
  const container = content.replace(/\/content$/, '/container');
  expect((await get(container)).headers.location).toBe('https://zenodo.org/api/records/7/files/x/container');
  expect((await get('/api/records/7/files/plain/container')).statusCode).toBe(404);
  expect((await get('/api/records/6/files')).headers.location).toBe('/api/records/7/files');
});

test('images are at the source, by the number of the record there', async () => {
  for (const path of ['record:7/manifest', 'record:7/sequence/default'])
    expect((await get(`/api/iiif/${path}`)).headers.location).toBe(`https://zenodo.org/api/iiif/${path}`);
  expect((await get('/api/iiif/record:7:a%20b.png/full/250,/0/default.png')).headers.location).toMatch(
    /\/iiif\/record:7:a%20b\.png\/full\/250,/,
  );
  for (const path of ['record:99/manifest', 'nothing', 'record:']) expect((await get(`/api/iiif/${path}`)).statusCode).toBe(404);
});

test('if nothing was fetched, or nothing is shown, the answer says so', async () => {
  expect((await get('/api/records/8/files')).json()).toMatchObject({
    enabled: null,
    entries: null,
    fetched: null,
    detail: expect.stringContaining('were not fetched from its source: links.source leads to them; thresher enrich fetches them'),
    links: { source: 'https://zenodo.org/records/8' },
  });
  expect((await read('/api/records/9/files')).detail).toBe(
    'the source does not show the files of this record (asked on 2026-08-01): see links.source',
  );
});

test('POST /api/stats answers as InvenioRDM does', async () => {
  const reply = await ask({
    mine: { stat: 'record-view', params: { recid: '7' } },
    all: { stat: 'record-download-all-versions', params: { parent_recid: '6' } },
    none: { stat: 'record-view', params: { recid: '10.5281/zenodo.8' } },
  });
  expect(reply.json()).toMatchObject({
    mine: { views: 13, unique_views: 20, fetched: at.toISOString() },
    all: { downloads: 9, unique_downloads: 16, data_volume: null },
    none: {
      views: null,
      unique_views: null,
      detail: expect.stringContaining('statistics'),
      links: { source: 'https://zenodo.org/records/8' },
    },
  });
  expect((await ask({ mine: { stat: 'clicks', params: { recid: '7' } } })).statusCode).toBe(400);
  expect((await ask({ mine: { stat: 'record-view', params: {} } })).json()).toMatchObject({ status: 400, parameter: 'mine.params' });
  expect((await ask({ mine: { stat: 'record-view', params: { recid: '999' } } })).statusCode).toBe(404);
});

test('citations by query, and by Accept as DataCite takes it', async () => {
  const apa = await get('/api/records/7', { accept: 'text/x-bibliography' });
  expect(apa.headers['content-type']).toBe('text/x-bibliography; charset=utf-8');
  expect(apa.body).toMatch(/^Núñez, A., & Harbour Board. \(2024\). Tides of Geneva/);
  const french = await get('/api/records/7', { accept: 'text/x-bibliography; style=vancouver; locale=fr-FR' });
  expect(french.body).toContain('Disponible sur: https://doi.org/10.5281/zenodo.7');
  const ieee = await get('/api/records/7/export/citation?style=ieee');
  expect(ieee.body).toMatch(/^A\. Núñez and Harbour Board, /);
  expect((await get('/api/records/7?format=citation&style=ieee')).body).toBe(ieee.body);
  expect((await get('/api/records/7/export/citation?locale=xx')).json()).toMatchObject({ status: 400, parameter: 'locale' });
  expect((await get('/api/records/7', { accept: 'application/marcxml+xml' })).body).toContain('<leader>00000nam');
  const places = await get('/api/records/7', { accept: 'application/vnd.geo+json' });
  expect(places.json()).toMatchObject({ type: 'FeatureCollection', features: [{ properties: { place: 'Geneva' } }] });
});
