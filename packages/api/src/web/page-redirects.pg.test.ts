import { afterAll, beforeAll, expect, test } from 'vitest';
import { harvested, version } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 0 });
  await api.store([
    harvested(101, version('Glaciers of the moon', '2020-01-01', 100)),
    harvested(102, version('Glaciers of the moon, revised', '2021-01-01', 100)),
  ]);
});
afterAll(() => api[Symbol.asyncDispose]());

test.each([
  ['/record/101', '/records/101'],
  ['/doi/10.5281/zenodo.101', '/records/101'],
  ['/doi/10.5281/zenodo.100', '/records/102'],
  ['/records/101/latest', '/records/102'],
  ['/records/100/latest', '/records/102'],
  ['/records/101/export/bibtex', '/api/records/101/export/bibtex'],
  ['/record/101/files/a%20b.csv?download=1', '/api/records/101/files/a%20b.csv/content'],
  ['/records/101/files/src/main.c?download=1', '/api/records/101/files/src%2Fmain.c/content'],
  ['/records/101/files/src%2Fmain%20%3F.c', '/api/records/101/files/src%2Fmain%20%3F.c/content'],
  ['/communities/bio%26syslit/records', '/?communities=bio%26syslit'],
  ['/communities/bio%26syslit/about', '/communities/bio%26syslit'],
  ['/search?q=glacier&size=20', '/?q=glacier&size=20'],
  ['/search', '/'],
  ['/api/exporter', 'https://zenodo.org/api/exporter'],
  ['/api/exporter/biosyslit/records-xml.tar.gz?x=1', 'https://zenodo.org/api/exporter/biosyslit/records-xml.tar.gz?x=1'],
])('%s of Zenodo leads to %s', async (from, to) => {
  const { statusCode, headers } = await api.app.inject(from);
  expect([statusCode, headers.location]).toEqual([from === '/record/101' ? 301 : 302, to]);
});

test.each(['/doi/10.5281/zenodo.999', '/doi/', '/doi/%00', '/records/999/latest'])('%s leads nowhere', async (path) => {
  expect((await api.app.inject(path)).statusCode).toBe(404);
});

test('no redirect leads to another site', async () => {
  for (const path of ['/record/%2F%2Fexample.org', '/search?x=//example.org', '/communities/%2F%2Fexample.org', '//example.org/search'])
    expect((await api.app.inject(path)).headers.location ?? '/').toMatch(/^\/(?!\/)/);
});
