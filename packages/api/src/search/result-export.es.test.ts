import { entries } from 'bibtex-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import { XmlDocument } from 'libxml2-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';
import type { ResultFormatName } from '../shapes/result-formats.ts';

let api: StockedApi;
let origin: string;
beforeAll(async () => {
  api = await createStockedApi({ size: 4_000, seed: 31 });
  origin = await api.app.listen({ port: 0, host: '127.0.0.1' });
}, 120_000);
afterAll(() => api[Symbol.asyncDispose]());

interface Hit {
  readonly id: number;
  readonly doi?: string;
  readonly title: string;
}

/** More than two portions, with every word of it asked for. */
const SEARCH = `q=${encodeURIComponent('access_right:open AND publication_date:[2024-01-01 TO *]')}&all_versions=true&sort=newest`;

/** The same by pages. */
async function found(): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (let page = 1; ; page++) {
    const reply = (await api.app.inject(`/api/records?${SEARCH}&size=1000&page=${page}&select=id&facets=`)).json<{
      hits: { hits: Hit[]; total: number };
    }>();
    hits.push(...reply.hits.hits);
    if (hits.length >= reply.hits.total) return hits;
  }
}

const exported = async (format: ResultFormatName): Promise<string> => {
  const reply = await fetch(`${origin}/api/records/export?${SEARCH}&format=${format}`);
  expect(reply.status).toBe(200);
  return reply.text();
};

const elements = (xml: string, path: string, prefixes: Record<string, string>): number => {
  using document = XmlDocument.fromString(xml);
  return document.find(path, prefixes).length;
};

describe('everything that a search finds', { timeout: 120_000 }, () => {
  test('is what its pages show, in their order', async () => {
    const pages = await found();
    expect(pages.length).toBeGreaterThan(1_000);
    const { hits } = JSON.parse(await exported('json')) as { hits: { hits: Hit[]; total: number } };
    expect(hits.total).toBe(pages.length);
    expect(hits.hits.map((hit) => hit.id)).toEqual(pages.map((hit) => hit.id));
    const lines = (await exported('jsonl')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Hit).id)).toEqual(pages.map((hit) => hit.id));
    const flat = (await exported('flat')).trimEnd().split('\n');
    expect(flat.map((line) => (JSON.parse(line) as Hit).id)).toEqual(pages.map((hit) => hit.id));
  });

  test('is read by a reader of each format', async () => {
    const { length } = await found();
    const rows = parseCsv(await exported('csv'), { columns: true }) as { doi: string; title: string }[];
    expect(rows).toHaveLength(length);
    expect(rows.every((row) => row.doi !== '' && row.title !== '')).toBe(true);
    expect(entries(await exported('bibtex'))).toHaveLength(length);
    const ris = await exported('ris');
    expect(ris.match(/^TY {2}- /gm)).toHaveLength(length);
    expect(ris.match(/^ER {2}- $/gm)).toHaveLength(length);
    for (const format of ['csl', 'datacite-json', 'json-ld'] as const)
      expect(JSON.parse(await exported(format)), format).toHaveLength(length);
    const marc = 'http://www.loc.gov/MARC21/slim';
    expect(elements(await exported('marcxml'), '/m:collection/m:record/m:leader', { m: marc })).toBe(length);
    const kernel = { d: 'http://datacite.org/schema/kernel-4' };
    expect(elements(await exported('datacite-xml'), '/resources/d:resource/d:identifier', kernel)).toBe(length);
    const dc = { o: 'http://www.openarchives.org/OAI/2.0/oai_dc/', dc: 'http://purl.org/dc/elements/1.1/' };
    expect(elements(await exported('dublincore'), '/records/o:dc[dc:title]', dc)).toBe(length);
  });

  test('is announced, even by HEAD, and an empty one is whole too', async () => {
    const { length } = await found();
    const head = await fetch(`${origin}/api/records/export?${SEARCH}&format=csv`, { method: 'HEAD' });
    expect(head.headers.get('x-total-count')).toBe(String(length));
    expect(head.headers.get('content-disposition')).toBe('attachment; filename="records.csv"');
    const none = await fetch(`${origin}/api/records/export?q=recid:1`);
    expect(await none.json()).toEqual({ hits: { hits: [], total: 0 } });
  });

  test.each([
    ['q=owners:1', 'q'],
    ['sort=sideways', 'sort'],
    ['format=docx', 'format'],
  ])('%s is refused before anything is written', async (query, parameter) => {
    const reply = await fetch(`${origin}/api/records/export?${query}`);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ parameter });
  });

  test('stops when its reader goes', async () => {
    const queries = async (): Promise<number> =>
      (await api.index.client.indices.stats({ index: api.index.alias }))._all.total!.search!.query_total;
    const before = await queries();
    const reply = await fetch(`${origin}/api/records/export?all_versions=true&format=jsonl`);
    const reader = reply.body!.getReader();
    await reader.read();
    await reader.cancel();
    const contexts = async (): Promise<number> =>
      (await api.index.client.indices.stats({ index: api.index.alias }))._all.total!.search!.open_contexts!;
    while ((await contexts()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    // All of it would be nine.
    expect((await queries()) - before).toBeLessThan(8);
  });

  // The last one: it takes the index away.
  test('does not end well where something fails on the way', async () => {
    const reply = await fetch(`${origin}/api/records/export?all_versions=true&format=jsonl`);
    expect(reply.status).toBe(200);
    const reader = reply.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    let bytes = (await reader.read()).value!.length;
    const { client, alias } = api.index;
    await client.indices.delete({ index: Object.keys(await client.indices.getAlias({ name: alias })) });
    const rest = async (): Promise<void> => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.length;
    };
    await expect(rest()).rejects.toThrow('terminated');
    expect(bytes).toBeGreaterThan(0);
  });
});
