import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeBulk } from './bulk.ts';
import { countDocuments, refresh } from './count.ts';
import { IndexMissingError } from './errors.ts';
import { writeOf } from '../test/sample-documents.ts';
import { mergeSegments } from './merge-segments.ts';
import { createTestIndex, type TestIndex } from '../test/test-index.ts';

const url = process.env['ELASTICSEARCH_URL'];
/** As many as Elasticsearch leaves alone. */
const WRITES = 10;

describe.skipIf(!url)('merging on a real Elasticsearch (needs ELASTICSEARCH_URL)', () => {
  let index: TestIndex;
  beforeAll(async () => {
    index = await createTestIndex(url!);
  });
  afterAll(() => index[Symbol.asyncDispose]());

  async function segments(): Promise<number> {
    const { _all } = await index.client.indices.stats({ index: index.alias, metric: ['segments'] });
    return _all.primaries!.segments!.count;
  }

  async function write(from: number, to: number): Promise<void> {
    for (let n = from; n <= to; n += 1) {
      await writeBulk(index.client, { target: { alias: index.alias }, operations: [writeOf(n, { title: `record ${n}` })] });
      await refresh(index.client, index.alias);
    }
  }

  test('many segments become one, few stay', async () => {
    await write(1, 3);
    expect(await mergeSegments(index.client, index.alias)).toBe(false);
    await write(4, WRITES);
    expect(await segments()).toBe(WRITES);
    expect(await mergeSegments(index.client, index.alias)).toBe(true);
    await vi.waitUntil(async () => (await segments()) === 1, { timeout: 30_000 });
    expect(await countDocuments(index.client, index.alias)).toBe(WRITES);
    expect(await mergeSegments(index.client, index.alias)).toBe(false);
  });

  test('without an index', async () => {
    await expect(mergeSegments(index.client, `${index.alias}-gone`)).rejects.toThrow(IndexMissingError);
  });
});
