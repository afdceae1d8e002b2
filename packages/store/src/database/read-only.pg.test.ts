import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ReadOptions, readRows } from './read-only.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
});
afterAll(() => database[Symbol.asyncDispose]());

const read = async (text: string, options: Partial<ReadOptions> = {}) => {
  const portions = [];
  for await (const portion of readRows(database.db, text, { timeoutMs: 5_000, signal: new AbortController().signal, ...options }))
    portions.push(portion);
  return portions;
};

test('rows come in portions, with their columns', async () => {
  const portions = await read('select n, n || $$!$$ as t from generate_series(1, 2500) n');
  expect(portions.map((portion) => portion.rows.length)).toEqual([1_000, 1_000, 500]);
  expect(portions[2]!.columns.map((column) => column.name)).toEqual(['n', 't']);
  expect(portions[2]!.rows.at(-1)).toEqual([2500, '2500!']);
});

test('an empty result has columns', async () => {
  expect(await read('select 1 as a where false')).toEqual([{ columns: [{ name: 'a', typeId: 23 }], rows: [] }]);
});

test('values as text are as PostgreSQL writes them', async () => {
  expect((await read(`select date '2024-05-01', array[1,2], true, null`, { asText: true }))[0]!.rows).toEqual([
    ['2024-05-01', '{1,2}', 't', null],
  ]);
});

test.each([
  [`delete from record`, /permission denied|read-only/],
  [`insert into record_size values (1, 0, 'x')`, /permission denied|read-only/],
  [`create table t (a int)`, /read-only|permission denied/],
  [`select 1; drop table record`, /multiple commands/],
  [`commit; delete from record`, /multiple commands/],
  [`select * from harvest.page`, /permission denied/],
])('%s is refused', async (text, reason) => {
  await expect(read(text)).rejects.toThrow(reason);
});

test('the role and the transaction end with the statement', async () => {
  expect((await read('select current_user'))[0]!.rows).toEqual([['thresher_reader']]);
  await read('commit');
  await read('set session characteristics as transaction read write');
  await expect(read('delete from record')).rejects.toThrow(/read-only|permission denied/);
  expect((await read('select current_user'))[0]!.rows).toEqual([['thresher_reader']]);
});

test('a statement that takes too long is ended, and so is one that is aborted', async () => {
  await expect(read('select pg_sleep(20)', { timeoutMs: 100 })).rejects.toMatchObject({ code: '57014' });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  await expect(read('select pg_sleep(20)', { signal: controller.signal })).rejects.toMatchObject({ code: '57014' });
});

test('who stops reading early leaves a connection that works', async () => {
  for await (const _ of readRows(database.db, 'select * from generate_series(1, 100000)', {
    timeoutMs: 5_000,
    signal: new AbortController().signal,
  }))
    break;
  expect((await read('select 1'))[0]!.rows).toEqual([[1]]);
  expect(database.db.pool.totalCount - database.db.pool.idleCount).toBe(0);
});
