import { mapMetadata, type MappedRdmRecord, mapRdmRecord } from '@thresher/datacite';
import { parseDatestamp, parseListPage } from '@thresher/oai';
import type { HarvestedRecord } from '@thresher/store/write';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';

const data = join(process.env['THRESHER_SHARED'] ?? join(import.meta.dirname, '../../../../../shared'), 'data/zenodo');

const readListed = (file: string): HarvestedRecord[] =>
  parseListPage(readFileSync(file), { metadata: true }).records.map(({ header, metadata }) => ({
    header,
    datestamp: parseDatestamp(header.datestamp),
    ...(metadata === null ? { metadata: null, issues: [] } : mapMetadata(metadata, header)),
  }));

/** The records of a reply of InvenioRDM, one or a list. */
function readJson(file: string): MappedRdmRecord[] {
  const reply = JSON.parse(readFileSync(file, 'utf8')) as { hits?: { hits: object[] } } | object[];
  const hits = Array.isArray(reply) ? reply : 'hits' in reply && reply.hits ? reply.hits.hits : [reply];
  return hits.filter((hit) => 'metadata' in hit && 'pids' in hit).map((hit) => mapRdmRecord(hit));
}

/** Every address of the API in a reply, with the path of its member. */
function* linksIn(value: unknown, path = ''): Generator<readonly [url: string, path: string]> {
  if (typeof value === 'string') {
    if (value.startsWith('http://localhost/')) yield [value, path];
  } else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* linksIn(inner, Array.isArray(value) ? path : `${path}.${key}`);
}

/** Links to what needs a login. */
const forMembers =
  /^\.links\.(?:draft|reserve_doi|access(?:_.*)?|communities-suggestions|request_deletion|file_modification|quota_increase|requests)$/;

describe.skipIf(!existsSync(data))('links of genuine records (skipped where THRESHER_SHARED has no data)', () => {
  let api: StockedApi;
  beforeAll(async () => {
    api = await createStockedApi({ size: 0 });
    await api.store(globSync('chain-2024-09/*.xml', { cwd: data }).flatMap((file) => readListed(join(data, file)).slice(0, 20)));
    const json = globSync('rdm-json/{rdm-*,pairs/made}/*.json', { cwd: data }).flatMap((file) => readJson(join(data, file)));
    await api.storeJson([...new Map(json.map((record) => [record.header.identifier, record])).values()]);
  }, 120_000);
  afterAll(() => api[Symbol.asyncDispose]());

  const hits = async (accept: string): Promise<unknown[]> => {
    const pages = await Promise.all(
      [1, 2].map((page) => api.app.inject({ url: `/api/records?size=100&page=${page}&all_versions=true`, headers: { accept } })),
    );
    return pages.flatMap((reply) => reply.json<{ hits: { hits: unknown[] } }>().hits.hits);
  };

  test('each link of a hit answers, and those that need a login say so', { timeout: 120_000 }, async () => {
    const found = [...(await hits('application/json')), ...(await hits('application/vnd.inveniordm.v1+json'))];
    expect(found.length).toBeGreaterThan(300);
    const strays: string[] = [];
    for (const [url, path] of new Map(found.flatMap((hit) => [...linksIn(hit)]))) {
      const { statusCode } = await api.app.inject(url.slice('http://localhost'.length));
      if (forMembers.test(path) ? statusCode !== 403 : statusCode >= 400) strays.push(`${statusCode} ${path} ${url}`);
    }
    expect(strays).toEqual([]);
  });

  test('each link of the files of a record answers', { timeout: 120_000 }, async () => {
    const strays: string[] = [];
    for (const hit of await hits('application/json')) {
      const { files } = (hit as { links: { files: string } }).links;
      const reply = await api.app.inject(files.slice('http://localhost'.length));
      for (const [url, path] of linksIn(reply.json())) {
        const { statusCode } = await api.app.inject(url.slice('http://localhost'.length));
        if (statusCode >= 400) strays.push(`${statusCode} ${path} ${url}`);
      }
    }
    expect(strays).toEqual([]);
  });
});
