import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBulk } from '../bulk.ts';
import { refresh } from '../count.ts';
import { QueryError } from '../errors.ts';
import { idOf, writeOf } from '../../test/sample-documents.ts';
import { createTestIndex, type TestIndex } from '../../test/test-index.ts';
import { type CursorSearch, searchByCursor } from './cursor.ts';
import { SORT_NAMES } from './sort.ts';

const url = process.env['ELASTICSEARCH_URL'];
const SIZE = 250;

const record = (n: number, version = 1) =>
  writeOf(
    n,
    {
      title: `${n % 2 === 0 ? 'coral' : 'kelp'} ${version}`,
      ...(n % 3 > 0 && { publicationDate: { text: '', start: `20${10 + (n % 9)}-01-01`, end: '' } }),
    },
    version,
  );

describe.skipIf(!url)('walking by cursor through a real Elasticsearch (needs ELASTICSEARCH_URL)', () => {
  let index: TestIndex;
  const write = async (operations: Parameters<typeof writeBulk>[1]['operations']): Promise<void> => {
    await writeBulk(index.client, { target: { alias: index.alias }, operations });
    await refresh(index.client, index.alias);
  };
  beforeAll(async () => {
    index = await createTestIndex(url!);
    await write(Array.from({ length: SIZE }, (_, n) => record(n + 1)));
  });
  afterAll(() => index[Symbol.asyncDispose]());

  const page = (cursor: string, search: CursorSearch | null) => searchByCursor(index.client, index.alias, cursor, search);

  async function walk(search: CursorSearch, between: (page: number) => Promise<void> = async () => {}): Promise<number[]> {
    const ids: number[] = [];
    let pages = 0;
    for (let cursor: string | null = '*'; cursor !== null;) {
      const { hits, next, total }: Awaited<ReturnType<typeof page>> = await page(cursor, search);
      expect(total).toBeGreaterThanOrEqual(ids.length);
      ids.push(...hits.map((hit) => hit.source.record_id));
      await between((pages += 1));
      cursor = next;
    }
    return ids;
  }

  test.each(SORT_NAMES.flatMap((name) => [name, `-${name}`]))('sort=%s: each record once, also those without a value', async (sort) => {
    const ids = await walk({ sort, size: 40 });
    expect(ids).toHaveLength(SIZE);
    expect(new Set(ids).size).toBe(SIZE);
  });

  test('while records change, come and go', async () => {
    const ids = await walk({ q: 'title:coral', sort: 'updated-desc', size: 20 }, async (n) => {
      await write([record(n * 2, 5 + n), record(SIZE + 2 * n, 1), { delete: idOf(SIZE - 2 * n), version: 9 }]);
    });
    expect(ids).toHaveLength(SIZE / 2);
    expect(new Set(ids).size).toBe(SIZE / 2);
  });

  test('each page shows where the words stand, where that is asked for', async () => {
    const first = await page('*', { q: 'coral', size: 5, highlight: true });
    const second = await page(first.next!, null);
    for (const { hits, isHighlighted } of [first, second]) {
      expect(isHighlighted).toBe(true);
      expect(hits).toHaveLength(5);
      for (const { highlights } of hits) expect(highlights.title?.[0]).toContain('<mark>coral</mark>');
    }
    const plain = await page('*', { q: 'coral', size: 5 });
    expect(plain).toMatchObject({ isHighlighted: false });
    expect(plain.hits.map((hit) => hit.highlights)).toEqual(plain.hits.map(() => ({})));
  });

  test('a cursor needs nothing but itself, and belongs to its search', async () => {
    const search = { q: 'title:kelp', filters: { source: ['1'], sets: [] }, size: 10 };
    const { next, total } = await page('*', search);
    const alone = await page(next!, null);
    expect(alone).toMatchObject({ total });
    expect((await page(next!, search)).hits.map((hit) => hit.source.record_id)).toEqual(alone.hits.map((hit) => hit.source.record_id));
    await expect(page(next!, { ...search, q: 'title:coral' })).rejects.toMatchObject({ name: 'QueryError', parameter: 'cursor' });
    await expect(page(next!, { ...search, size: 11 })).rejects.toThrow('another search');
  });

  test('what is no cursor is refused, and so is an expired one', async () => {
    for (const text of ['', 'abc', Buffer.from('{"pit":1}').toString('base64url'), Buffer.from('null').toString('base64url')])
      await expect(page(text, null)).rejects.toMatchObject({ code: 'wrong-parameter', parameter: 'cursor' });
    const { next } = await page('*', { size: 5 });
    const { pit } = JSON.parse(Buffer.from(next!, 'base64url').toString()) as { pit: string };
    await index.client.closePointInTime({ id: pit });
    await expect(page(next!, null)).rejects.toMatchObject({ code: 'expired-cursor', parameter: 'cursor' });
    await expect(page(next!, null)).rejects.toThrow('cursor=*');
  });

  test('a forged cursor is refused, whatever is in it', async () => {
    const { next } = await page('*', { size: 5, sort: 'title' });
    const genuine = JSON.parse(Buffer.from(next!, 'base64url').toString()) as object;
    const search = { q: '', filters: {}, allVersions: false, size: 5 };
    const forged = [
      { pit: 'x' },
      { pit: '' },
      { pit: 'AAAA'.repeat(40) },
      { after: [{}] },
      { after: [1, 2, 3, 4, 5] },
      { after: ['a', 'b'] },
      { after: [null, null] },
      { search: { ...search, q: '(' } },
      { search: { ...search, size: -1 } },
      { search: { ...search, size: 1e9 } },
      { search: { ...search, filters: { nothing: ['x'] } } },
      { search: { ...search, filters: { recid: [1] } } },
      { search: { ...search, sort: 'beauty' } },
      { search: { ...search, bounds: [1, 2] } },
      { search: { ...search, q: 7 } },
      { search: null },
    ];
    const outcomes = forged.map(async (part) => {
      const text = Buffer.from(JSON.stringify({ ...genuine, ...part })).toString('base64url');
      return page(text, null).then(
        () => 'answered',
        (error: unknown) => (error instanceof QueryError ? 'refused' : [part, error]),
      );
    });
    expect((await Promise.all(outcomes)).filter((outcome) => outcome !== 'refused' && outcome !== 'answered')).toEqual([]);
  });

  test('a wrong query is an error at the beginning', async () => {
    await expect(page('*', { q: 'titel:x' })).rejects.toMatchObject({ code: 'unknown-field' });
    await expect(page('*', { size: 0 })).rejects.toMatchObject({ parameter: 'size' });
    await expect(page('*', { sample: { size: 1, seed: 1 } })).rejects.toMatchObject({ parameter: 'cursor' });
  });
});
