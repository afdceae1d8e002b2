import { saveFetched } from '@thresher/store/read';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING, harvested } from '../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../test/stored-api.ts';

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 3 });
  const [record] = await api.store([harvested(7, EVERYTHING, { setSpecs: ['user-sea'] })]);
  const file = { fileId: null, size: 1, checksum: null };
  const files = [
    { ...file, key: 'ä.csv', url: 'https://zenodo.org/api/records/7/files/данные 1.csv/content' },
    { ...file, key: 'split', url: 'https://zenodo.org/a\r\nset-cookie: b=c' },
    { ...file, key: 'script', url: 'javascript:alert(1)' },
    { ...file, key: 'none', url: 'https://[' },
  ];
  await saveFetched(api.database.db, record!.recordId, { files, stats: null }, new Date());
});
afterAll(() => api[Symbol.asyncDispose]());

const NUMBERS = ['Infinity', '-Infinity', 'NaN', '1e400', '1e308', '9007199254740993', '-1', '0', '0.5', '0x10', '1e3', ' 1', '٣', ''];
const TAKES_NUMBER = [
  '/api/harvest/runs/',
  '/api/changes?size=',
  '/api/oaipmh/sets?size=',
  '/api/communities?page=',
  '/api/communities?size=',
  '/api/vocabularies/names?page=',
  '/api/subjects?size=',
];

test.each(TAKES_NUMBER)('%s takes numbers within its limits only', async (path) => {
  for (const number of NUMBERS) {
    const reply = await api.app.inject(`${path}${encodeURIComponent(number)}`);
    expect([number, reply.statusCode < 500]).toEqual([number, true]);
  }
  for (const number of ['Infinity', '1e400', '9007199254740993']) {
    const reply = await api.app.inject(`${path}${number}`);
    expect([number, reply.statusCode]).toEqual([number, 400]);
  }
});

test.each(['javascript', 'javascript, http', 'https:\u00ff', '\t'])('the scheme %j of a proxy gives no error', async (scheme) => {
  const reply = await api.app.inject({ url: '/api/communities', headers: { 'x-forwarded-proto': scheme } });
  expect([reply.statusCode, reply.json<{ links: { self: string } }>().links.self]).toEqual([
    200,
    'http://localhost/api/communities?page=1&size=10',
  ]);
});

test('the content of a file is led to with its URL encoded, and only over HTTP', async () => {
  const locationOf = async (key: string): Promise<unknown> => {
    const reply = await api.app.inject(`/api/records/7/files/${encodeURIComponent(key)}/content`);
    return reply.statusCode === 302 ? reply.headers['location'] : reply.statusCode;
  };
  expect(await locationOf('ä.csv')).toBe('https://zenodo.org/api/records/7/files/%D0%B4%D0%B0%D0%BD%D0%BD%D1%8B%D0%B5%201.csv/content');
  expect(await locationOf('split')).toBe('https://zenodo.org/aset-cookie:%20b=c');
  expect([await locationOf('script'), await locationOf('none')]).toEqual([404, 404]);
});

test.each(['2026-11-01', '2999-01-01', '9999-12-31T23:59:59Z', '0000-01-01'])(
  'the cursor of changes since %s leads on, though there are none',
  async (since) => {
    const first = (await api.app.inject(`/api/changes?since=${since}&type=restored`)).json<{ cursor: string; links: { next: string } }>();
    const next = await api.app.inject(first.links.next.replace('http://localhost', ''));
    expect([next.statusCode, next.json<{ cursor: string }>().cursor]).toEqual([200, first.cursor]);
  },
);
