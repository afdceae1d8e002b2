import { parseXml } from '@thresher/oai';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleted, harvested, version } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 0 });
  await api.store([
    harvested(101, version('Glaciers of the moon', '2020-01-01', 100)),
    harvested(102, version('Glaciers of the moon, revised', '2021-01-01', 100)),
    harvested(201, version('A record to be deleted', '2020-01-01', 200)),
  ]);
  await api.store([deleted(201, '2024-06-01T00:00:00Z')]);
});
afterAll(() => api[Symbol.asyncDispose]());

const get = async (path: string) => api.app.inject({ url: path, headers: { host: 'localhost' } });
const locations = (xml: string): string[] => [...xml.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, address]) => address!);

test('the sitemap lists the latest versions in parts of at most 50,000', async () => {
  const first = await get('/sitemap.xml');
  parseXml(first.body);
  expect(locations(first.body)).toEqual(['http://localhost/sitemaps/1.xml']);
  const part = await get('/sitemaps/1.xml');
  parseXml(part.body);
  expect(locations(part.body)).toEqual(['http://localhost/records/102']);
  // A record of the third part: the second is empty, and stays a part.
  await sql`alter table public.record alter column id restart with 100001`.execute(api.database.db);
  await api.store([harvested(301, version('A late record', '2022-01-01', 300))]);
  expect(locations((await get('/sitemap.xml')).body)).toHaveLength(3);
  expect(await Promise.all([1, 2, 3].map(async (number) => locations((await get(`/sitemaps/${number}.xml`)).body).length))).toEqual([
    1, 0, 1,
  ]);
  expect((await get('/sitemaps/4.xml')).statusCode).toBe(404);
});

test('crawlers are kept from what has no end, and find the sitemap', async () => {
  const { body, headers } = await get('/robots.txt');
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(body).toContain('Disallow: /?\n');
  expect(body).toContain('Sitemap: http://localhost/sitemap.xml');
});

test('browsers can offer the search, and find the icon', async () => {
  const { body } = await get('/opensearch.xml');
  parseXml(body);
  expect(body).toContain('template="http://localhost/?q={searchTerms}"');
  const icon = (await get('/favicon.ico')).headers['location']!;
  expect((await get(icon)).headers['content-type']).toBe('image/svg+xml');
});

test('programs that read for people find where everything is', async () => {
  const { body, headers } = await get('/llms.txt');
  expect(headers['content-type']).toBe('text/markdown; charset=utf-8');
  const paths = [...body.matchAll(/\]\(http:\/\/localhost(\/[^)]+)\)/g)].map(([, path]) => path!);
  expect(paths).toContain('/api/openapi.json');
  const [, fragment] = /\/docs\/api#([^)]+)\)/.exec(body)!;
  expect((await get('/docs/api')).body).toContain(`id="${fragment}"`);
  for (const path of paths.filter(
    (one) => one !== '/mcp' && !one.includes('{') && !one.startsWith('/api/records') && !one.startsWith('/api/lookup'),
  ))
    expect([path, (await get(path)).statusCode]).toEqual([path, 200]);
});

test('they find the Model Context Protocol, which answers at the address that is named', async () => {
  const { body } = await get('/llms.txt');
  expect(body).toContain('`npx thresher mcp`');
  const [, address] = /\]\((http:\/\/localhost\/mcp)\)/.exec(body)!;
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  const reply = await api.app.inject({
    method: 'POST',
    url: new URL(address!).pathname,
    headers: { host: 'localhost', accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
    payload: { jsonrpc: '2.0', id: 1, method: 'initialize', params },
  });
  expect([reply.statusCode, reply.body]).toEqual([200, expect.stringContaining('"serverInfo"')]);
});
