import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleted, harvested } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';
import type { ChangePage } from './change.ts';
import { historyPrunableUntil, pruneHistory } from '@thresher/store/changes';
import { addPruned, beginPruning, nothingPruned } from '@thresher/store/harvest';

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 0 });
});
afterAll(() => api[Symbol.asyncDispose]());

const titled = (title: string): string => `<titles><title>${title}</title></titles>`;
const get = async (query: string): Promise<ChangePage> => (await api.app.inject(`/api/changes?${query}`)).json();
const told = ({ changes }: ChangePage): string[] =>
  changes.map(({ type, community, record }) => [type, community, record.recid].filter((part) => part !== null).join(' '));

test('a client that follows the cursor gets every change once, today or tomorrow', async () => {
  const start = await get('');
  expect(start).toMatchObject({ changes: [], more: false });
  await api.store([harvested(1, titled('one'), { setSpecs: ['user-a'] }), harvested(2, titled('two'))]);
  const first = await get(`since=${start.cursor}`);
  expect(told(first)).toEqual(['created 1', 'joined a 1', 'created 2']);
  expect(first.changes[0]!.record).toMatchObject({ title: 'one', source: 'sim', link: 'http://localhost/api/records/1' });
  await api.store([
    harvested(1, titled('one'), { setSpecs: ['user-b'], datestamp: '2024-06-01T00:00:00Z' }),
    deleted(2, '2024-06-01T00:00:00Z'),
  ]);
  const second = await get(`since=${first.cursor}`);
  expect(told(second)).toEqual(['joined b 1', 'left a 1', 'deleted 2']);
  expect(await get(`since=${second.cursor}`)).toMatchObject({ changes: [], cursor: second.cursor, more: false });
});

test('page by page it is the same as at once', async () => {
  const all = told(await get('size=1000'));
  const pieces: string[] = [];
  for (let page = await get('size=1'); ; page = await get(new URL(page.links.next).search.slice(1))) {
    pieces.push(...told(page));
    if (!page.more) break;
  }
  expect(pieces).toEqual(all);
});

test('types and communities can be asked for', async () => {
  expect(told(await get('type=deleted'))).toEqual(['deleted 2']);
  expect(told(await get('type=joined&type=left'))).toEqual(['joined a 1', 'joined b 1', 'left a 1']);
  expect(told(await get('community=b'))).toEqual(['joined b 1']);
  expect(told(await get('community=a'))).toEqual(['created 1', 'joined a 1', 'left a 1']);
  expect(told(await get('since=2999-01-01'))).toEqual([]);
});

test('what one community sees is not looked for among all others', async () => {
  await api.store(
    Array.from({ length: 30 }, (_, n) => harvested(100 + n, titled(`number ${n}`), { setSpecs: n === 29 ? ['user-z'] : [] })),
  );
  const page = await get('community=z&size=5');
  expect(told(page)).toEqual(['created 129', 'joined z 129']);
  expect(page.more).toBe(false);
  expect(await get(`community=z&since=${page.cursor}`)).toMatchObject({ changes: [], cursor: page.cursor });
});

test('a page that shows nothing of the wanted types continues to the next that does', async () => {
  await api.store([deleted(129, '2024-06-02T00:00:00Z')]);
  expect(told(await get('type=deleted&size=5'))).toEqual(['deleted 2']);
  expect(told(await get('type=deleted&type=restored&size=1000'))).toEqual(['deleted 2', 'deleted 129']);
});

test('after history was deleted, a client from before has to begin again, and one that began later may go on', async () => {
  const { db } = api.database;
  const [before, all] = [await get('size=3'), await get('size=1000')];
  const until = (await historyPrunableUntil(db, 1)) + 86_400_000_000;
  const id = await beginPruning(db, { pages: null, history: 1, deliveries: null });
  const pruned = await pruneHistory(db, until, 1);
  await addPruned(db, id, nothingPruned, pruned.until);
  expect(pruned.revisions).toBe(1);
  const reply = await api.app.inject(`/api/changes?since=${before.cursor}`);
  expect(reply.statusCode).toBe(410);
  expect(reply.json()).toMatchObject({ parameter: 'since', type: 'urn:thresher:problem:expired-cursor' });
  expect(await get(`since=${all.cursor}`)).toMatchObject({ changes: [], cursor: all.cursor });
  const pieces: string[] = [];
  for (let page = await get('size=1'); ; page = await get(new URL(page.links.next).search.slice(1))) {
    pieces.push(...told(page));
    if (!page.more) break;
  }
  expect(pieces).toEqual(told(await get('size=1000')));
  // Record 1 reads as if it had been in b from the first.
  expect(pieces.filter((change) => change.endsWith(' 1'))).toEqual(['created 1', 'joined b 1']);
});

test.each([
  ['since=yesterday', 'since'],
  ['size=0', 'size'],
  ['type=moved', 'type'],
])('%s is refused', async (query, parameter) => {
  const reply = await api.app.inject(`/api/changes?${query}`);
  expect(reply.statusCode).toBe(400);
  expect(reply.json()).toMatchObject({ parameter });
});
