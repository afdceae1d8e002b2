import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBulk } from './bulk.ts';
import { createSearchClient } from './client.ts';
import { countDocuments, countExisting, refresh } from './count.ts';
import type { SearchDocument } from './document.ts';
import { BulkRequestError, IndexMissingError, SearchUnavailableError } from './errors.ts';
import { documentOf, idOf, writeOf } from '../test/sample-documents.ts';
import { createTestIndex, plainRequest, type TestIndex } from '../test/test-index.ts';

const url = process.env['ELASTICSEARCH_URL'];

describe.skipIf(!url)('bulk writes on a real Elasticsearch (needs ELASTICSEARCH_URL)', () => {
  let index: TestIndex;
  const write = (operations: Parameters<typeof writeBulk>[1]['operations']) =>
    writeBulk(index.client, { target: { alias: index.alias }, operations });
  const titleOf = async (recid: number) => {
    const found = await index.client.get<SearchDocument>({ index: index.alias, id: idOf(recid) });
    return found._source?.title;
  };

  beforeAll(async () => {
    index = await createTestIndex(url!);
  });
  afterAll(async () => {
    await index[Symbol.asyncDispose]();
  });

  test('writes, repeats and deletes, every operation counted once', async () => {
    const operations = [1, 2, 3].map((recid) => writeOf(recid, { title: `record ${recid}` }));
    expect(await write(operations)).toEqual({ indexed: 3, deleted: 0, stale: 0, failed: [] });
    expect(await write(operations)).toEqual({ indexed: 3, deleted: 0, stale: 0, failed: [] });
    const mixed = await write([{ delete: idOf(3), version: 2 }, { delete: idOf(999), version: 2 }, writeOf(4, {})]);
    expect(mixed).toEqual({ indexed: 1, deleted: 2, stale: 0, failed: [] });
    expect(await countExisting(index.client, index.alias, [1, 2, 3, 4, 4, 999].map(idOf))).toBe(3);
  });

  test('an older version after a newer one is stale and changes nothing', async () => {
    await write([writeOf(10, { title: 'newer' }, 7)]);
    expect(await write([writeOf(10, { title: 'older' }, 6)])).toEqual({ indexed: 0, deleted: 0, stale: 1, failed: [] });
    expect(await write([{ delete: idOf(10), version: 6 }])).toEqual({ indexed: 0, deleted: 0, stale: 1, failed: [] });
    expect(await titleOf(10)).toBe('newer');
  });

  test('a late write does not bring a deleted document back', async () => {
    await write([{ delete: idOf(11), version: 5 }]);
    expect(await write([writeOf(11, { title: 'late' }, 4)])).toMatchObject({ stale: 1, indexed: 0 });
    expect(await countExisting(index.client, index.alias, [idOf(11)])).toBe(0);
    expect(await write([writeOf(11, { title: 'published again' }, 6)])).toMatchObject({ indexed: 1 });
  });

  test('one document of a wrong type fails alone', async () => {
    const wrong = { ...documentOf(20, {}), changed_at: 'not a date' };
    const result = await write([writeOf(19, {}), { index: wrong, id: idOf(20), version: 1 }, writeOf(21, {})]);
    expect(result).toMatchObject({ indexed: 2, deleted: 0, stale: 0 });
    expect(result.failed).toHaveLength(1);
    expect(result.failed[0]).toMatchObject({ id: idOf(20), status: 400, cause: 'document' });
    expect(result.failed[0]?.reason).toContain('changed_at');
  });

  test('a closed index, an alias without an index to write to and a missing pipeline are no fault of any document', async () => {
    const [{ index: name }] = (await index.client.cat.indices({ index: `${index.alias}-*`, format: 'json', h: 'index' })) as [
      { index: string },
    ];
    const setAlias = (is_write_index: boolean) =>
      index.client.indices.updateAliases({ actions: [{ add: { index: name, alias: index.alias, is_write_index } }] });
    const setPipeline = (pipeline: string) => index.client.indices.putSettings({ index: name, settings: { default_pipeline: pipeline } });
    const causes = async () => (await write([writeOf(30, {}), { delete: idOf(30), version: 1 }])).failed.map(({ cause }) => cause);

    await index.client.indices.close({ index: name });
    expect(await causes()).toEqual(['blocked', 'blocked']);
    await expect(countDocuments(index.client, index.alias, {})).rejects.toBeInstanceOf(SearchUnavailableError);
    await index.client.indices.open({ index: name });

    await setAlias(false);
    expect(await causes()).toEqual(['blocked', 'blocked']);
    await setAlias(true);

    await setPipeline('there-is-no-such-pipeline');
    expect(await causes()).toEqual(['blocked']);
    await setPipeline('_none');
    expect((await write([writeOf(31, {})])).indexed).toBe(1);
  });

  test('bodies cut small write the same', async () => {
    const operations = Array.from({ length: 50 }, (_, recid) => writeOf(100 + recid, { description: 'x'.repeat(recid * 50) }));
    const result = await writeBulk(index.client, { target: { alias: index.alias }, operations, maxBytes: 2_000 });
    expect(result).toEqual({ indexed: 50, deleted: 0, stale: 0, failed: [] });
    expect(
      await countExisting(
        index.client,
        index.alias,
        operations.map(({ id }) => id),
      ),
    ).toBe(50);
  });

  test('counts by source', async () => {
    await write([{ ...writeOf(30, {}), index: { ...documentOf(30, {}), source_id: '2' } }]);
    await refresh(index.client, index.alias);
    expect(await countDocuments(index.client, index.alias, { sourceId: 2 })).toBe(1);
    const all = await countDocuments(index.client, index.alias);
    expect(await countDocuments(index.client, index.alias, { sourceId: 1 })).toBe(all - 1);
  });

  test('a missing alias is an error, and no index is made by accident', async () => {
    const target = { alias: `${index.alias}-nowhere` };
    await expect(writeBulk(index.client, { target, operations: [writeOf(1, {})] })).rejects.toThrow(IndexMissingError);
    await expect(countDocuments(index.client, target.alias)).rejects.toThrow(IndexMissingError);
    expect(await index.client.indices.exists({ index: target.alias })).toBe(false);
  });

  test('a server that does not answer is one typed error', async () => {
    const client = await createSearchClient('http://127.0.0.1:1', { maxRetries: 0 });
    const writing = writeBulk(client, { target: { alias: 'x' }, operations: [writeOf(1, {})], maxAttempts: 2, backoffMs: 1 });
    await expect(writing).rejects.toThrow(BulkRequestError);
    await expect(writing).rejects.toMatchObject({ status: null, attempts: 2 });
  });

  test('an aborted signal stops it', async () => {
    const operations = [writeOf(40, {})];
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(writeBulk(index.client, { target: { alias: index.alias }, operations, signal })).rejects.toThrow('enough');
  });

  test('an abort ends the wait before the next attempt', async () => {
    await using proxy = await startRefusingProxy(url!, idOf(41), Number.POSITIVE_INFINITY);
    const client = await createSearchClient(proxy.url);
    const signal = AbortSignal.timeout(500);
    const writing = writeBulk(client, { target: { alias: index.alias }, operations: [writeOf(41, {})], backoffMs: 60_000, signal });
    expect(await writing.catch((error: unknown) => error)).toBe(signal.reason);
    expect(signal.aborted).toBe(true);
    expect(proxy.sizes).toEqual([1]);
  });

  test('items refused with 429 are sent again, alone; the rest is not', async () => {
    await using proxy = await startRefusingProxy(url!, idOf(51), 2);
    const client = await createSearchClient(proxy.url);
    const operations = [writeOf(50, {}), writeOf(51, { title: 'late but there' }), writeOf(52, {})];
    const result = await writeBulk(client, { target: { alias: index.alias }, operations, backoffMs: 1 });
    expect(result).toEqual({ indexed: 3, deleted: 0, stale: 0, failed: [] });
    expect(proxy.sizes).toEqual([3, 1, 1]);
    expect(await titleOf(51)).toBe('late but there');
  });

  test('items refused to the last attempt are reported as the fault of a busy server', async () => {
    await using proxy = await startRefusingProxy(url!, idOf(61), Number.POSITIVE_INFINITY);
    const client = await createSearchClient(proxy.url);
    const operations = [writeOf(60, {}), writeOf(61, {})];
    const result = await writeBulk(client, { target: { alias: index.alias }, operations, backoffMs: 1, maxAttempts: 3 });
    expect(result).toMatchObject({ indexed: 1, failed: [{ id: idOf(61), status: 429, cause: 'busy' }] });
    expect(proxy.sizes).toEqual([2, 1, 1]);
  });
});

/**
 * Stands before the real server and keeps one document back with the answer of a full write queue, the given number of
 * times: a real queue cannot be filled on demand. All else passes through.
 */
async function startRefusingProxy(target: string, refusedId: string, times: number) {
  const sizes: number[] = [];
  let left = times;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const lines = (await request.toArray()).join('').split('\n').slice(0, -1);
    const pairs = lines.flatMap((line, at) => (at % 2 === 0 ? [[line, lines[at + 1]!] as const] : []));
    sizes.push(pairs.length);
    const refused = left > 0 ? pairs.findIndex(([action]) => action.includes(JSON.stringify(refusedId))) : -1;
    if (refused >= 0) left -= 1;
    const passed = pairs.filter((_, at) => at !== refused);
    const items = passed.length > 0 ? await forward(plainRequest(target, request.url!), passed) : [];
    if (refused >= 0)
      items.splice(refused, 0, {
        index: { _id: refusedId, status: 429, error: { type: 'es_rejected_execution_exception', reason: 'queue full' } },
      });
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-elastic-product', 'Elasticsearch');
    response.end(JSON.stringify({ took: 1, errors: refused >= 0, items }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, sizes, [Symbol.asyncDispose]: close };
}

async function forward(
  { to, headers }: ReturnType<typeof plainRequest>,
  pairs: readonly (readonly [string, string])[],
): Promise<unknown[]> {
  const body = pairs.map(([action, document]) => `${action}\n${document}\n`).join('');
  const answer = await fetch(to, { method: 'POST', headers: { ...headers, 'content-type': 'application/x-ndjson' }, body });
  return ((await answer.json()) as { items: unknown[] }).items;
}
