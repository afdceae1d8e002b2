import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeBulk } from './bulk.ts';
import { createSearchClient, health, ping, type SearchClient } from './client.ts';
import { countDocuments, refresh } from './count.ts';
import { IndexConflictError, IndexMissingError, SearchUnavailableError } from './errors.ts';
import { writeOf } from '../test/sample-documents.ts';
import { createFreshIndex, deleteIndex, ensureIndex, fillingAlias, indexName, swapAlias } from './indexes.ts';
import { countBySource } from './list-documents.ts';
import { searchRecords } from './query/search.ts';
import { INDEX_SETTINGS, MAPPING, MAPPING_VERSION } from './mapping.ts';

const url = process.env['ELASTICSEARCH_URL'];

describe.skipIf(!url)('indices and aliases on a real Elasticsearch (needs ELASTICSEARCH_URL)', () => {
  let client: SearchClient;
  let alias: string;
  const prefix = `thresher-test-${randomUUID()}`;
  const ledTo = async () => Object.keys(await client.indices.getAlias({ name: alias }));
  const fill = async (index: string, recids: number[]) => {
    await writeBulk(client, { target: { index }, operations: recids.map((recid) => writeOf(recid, {})) });
    await client.indices.refresh({ index });
  };

  beforeAll(async () => {
    client = await createSearchClient(url!);
  });
  beforeEach(() => {
    alias = `${prefix}-${randomUUID()}`;
  });
  afterAll(async () => {
    const made = Object.keys(await client.indices.get({ index: `${prefix}-*` }));
    await Promise.all(made.map((index) => deleteIndex(client, index)));
    await client.close();
  });

  test('the server answers and says its version', async () => {
    expect(await ping(client)).toBe(true);
    const { version, status } = await health(client);
    expect(version).toMatch(/^[89]\.\d+/);
    expect(['green', 'yellow', 'red']).toContain(status);
  });

  test('a server that is not there: false, and a typed error', async () => {
    const nowhere = await createSearchClient('http://127.0.0.1:1', { maxRetries: 0 });
    expect(await ping(nowhere)).toBe(false);
    await expect(health(nowhere)).rejects.toThrow(SearchUnavailableError);
    await expect(ensureIndex(nowhere, { storeId: 'x' })).rejects.toThrow(SearchUnavailableError);
  });

  test('a first start makes the index, a second keeps it', async () => {
    const storeId = randomUUID();
    const index = indexName(alias, storeId);
    expect(await ensureIndex(client, { alias, storeId })).toEqual({ index, action: 'created', replaced: [], outdated: false });
    expect(await ensureIndex(client, { alias, storeId })).toEqual({ index, action: 'kept', replaced: [], outdated: false });
    expect(await ledTo()).toEqual([index]);
    expect(index).toBe(`${alias}-${storeId.slice(0, 8)}-v${MAPPING_VERSION}`);
  });

  test('settings and mapping arrive as written', async () => {
    const { index } = await ensureIndex(client, { alias, storeId: randomUUID() });
    const state = (await client.indices.get({ index }))[index];
    const settings = state?.settings?.index;
    expect(settings).toMatchObject({ number_of_replicas: '0', codec: 'best_compression', gc_deletes: '1h', refresh_interval: '30s' });
    expect(Object.keys(state?.mappings?.properties ?? {}).sort()).toEqual(Object.keys(MAPPING.properties).sort());
    expect(state?.mappings?.dynamic).toBe('false');
    expect(INDEX_SETTINGS.analysis).toBeDefined();
  });

  test('shards and replicas are those that were asked for, also of a fresh index', async () => {
    const target = { alias, storeId: randomUUID(), spread: { shards: 3, replicas: 1 } };
    const made = [(await ensureIndex(client, target)).index, await createFreshIndex(client, target)];
    for (const index of made) {
      const settings = (await client.indices.get({ index }))[index]?.settings?.index;
      expect(settings).toMatchObject({ number_of_shards: '3', number_of_replicas: '1' });
    }
  });

  test('an answer that lacks shards is an error, not a smaller number', async () => {
    const storeId = randomUUID();
    const { index } = await ensureIndex(client, { alias, storeId });
    await fill(index, [1, 2]);
    // A search of this field fails in this index, as a shard without a copy does: the other index still answers.
    const broken = `${alias}-broken`;
    const runtime = { source_id: { type: 'keyword' as const, script: { source: 'throw new IllegalStateException("lost")' } } };
    await client.indices.create({ index: broken, mappings: { runtime } });
    await client.index({ index: broken, document: { title: 'x' }, refresh: true });
    await client.indices.updateAliases({ actions: [{ add: { index: broken, alias } }] });
    await expect(countDocuments(client, alias, { sourceId: 1 })).rejects.toThrow(SearchUnavailableError);
    await expect(countBySource(client, alias)).rejects.toThrow(SearchUnavailableError);
    await expect(searchRecords(client, alias, { filters: { source: ['1'] } })).rejects.toThrow(SearchUnavailableError);
  });

  test('a write to an index that is filled reaches it through its alias, and fails once it is filled or gone', async () => {
    const storeId = randomUUID();
    await ensureIndex(client, { alias, storeId });
    const fresh = await createFreshIndex(client, { alias, storeId });
    const write = () => writeBulk(client, { target: { alias: fillingAlias(fresh) }, operations: [writeOf(1, {})] });
    expect(await write()).toMatchObject({ indexed: 1 });
    await swapAlias(client, { alias, index: fresh });
    await expect(write()).rejects.toThrow(IndexMissingError);
    await deleteIndex(client, fresh);
    await expect(write()).rejects.toThrow(IndexMissingError);
    expect(await client.indices.exists({ index: fresh })).toBe(false);
  });

  test('several nodes of a cluster are asked in turn, and one that is away is left out', async () => {
    const both = await createSearchClient(`http://127.0.0.1:1, ${url}`);
    for (let n = 0; n < 4; n++) expect((await both.info()).version.number).toMatch(/^[89]/);
    await both.close();
  });

  test('ten starts at once end with one index', async () => {
    const storeId = randomUUID();
    const results = await Promise.all(Array.from({ length: 10 }, () => ensureIndex(client, { alias, storeId })));
    expect(new Set(results.map((result) => result.index)).size).toBe(1);
    expect(results.filter((result) => result.action === 'created')).toHaveLength(1);
    expect(await ledTo()).toEqual([indexName(alias, storeId)]);
  });

  test('another database gets its own index, and the old one does not mask it', async () => {
    const first = await ensureIndex(client, { alias, storeId: randomUUID() });
    await writeBulk(client, { target: { alias }, operations: [writeOf(1, { title: 'of the old database' }, 900)] });
    const second = await ensureIndex(client, { alias, storeId: randomUUID() });
    expect(second).toMatchObject({ action: 'switched', replaced: [first.index] });
    expect(await ledTo()).toEqual([second.index]);
    const result = await writeBulk(client, { target: { alias }, operations: [writeOf(1, { title: 'of the new' }, 1)] });
    expect(result).toMatchObject({ indexed: 1, stale: 0 });
    expect(await client.indices.exists({ index: first.index })).toBe(true);
  });

  test('an alias lost is made again, with the documents that are there', async () => {
    const storeId = randomUUID();
    const { index } = await ensureIndex(client, { alias, storeId });
    await fill(index, [1, 2]);
    await client.indices.deleteAlias({ index, name: alias });
    expect(await ensureIndex(client, { alias, storeId })).toMatchObject({ index, action: 'reused' });
    expect(await countDocuments(client, alias)).toBe(2);
  });

  test('an index made by an older mapping is kept and said to be outdated', async () => {
    const storeId = randomUUID();
    const index = indexName(alias, storeId, 0);
    await client.indices.create({ index, aliases: { [alias]: {} }, mappings: { _meta: { store_id: storeId, mapping_version: 0 } } });
    expect(await ensureIndex(client, { alias, storeId })).toEqual({ index, action: 'kept', replaced: [], outdated: true });
  });

  test('an index that has the alias as its own name is a conflict', async () => {
    await client.indices.create({ index: alias });
    await expect(ensureIndex(client, { alias, storeId: randomUUID() })).rejects.toThrow(IndexConflictError);
  });

  test('two stores whose names begin alike do not share an index', async () => {
    await ensureIndex(client, { alias, storeId: 'aaaaaaaa-1' });
    await expect(ensureIndex(client, { alias, storeId: 'aaaaaaaa-2' })).rejects.toThrow(IndexConflictError);
  });

  test('a reindex fills a fresh index unseen and swaps in one step', async () => {
    const storeId = randomUUID();
    const { index: old } = await ensureIndex(client, { alias, storeId });
    await fill(old, [1]);
    const fresh = await createFreshIndex(client, { alias, storeId });
    expect(fresh).toBe(`${old}-2`);
    await fill(fresh, [1, 2, 3]);
    expect(await countDocuments(client, alias)).toBe(1);
    expect(await swapAlias(client, { alias, index: fresh })).toEqual({ replaced: [old] });
    await refresh(client, alias);
    expect(await countDocuments(client, alias)).toBe(3);
    expect(await ensureIndex(client, { alias, storeId })).toMatchObject({ index: fresh, action: 'kept' });
    await deleteIndex(client, old);
    await deleteIndex(client, old);
    expect(await createFreshIndex(client, { alias, storeId })).toBe(old);
  });
});
