import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ReadOptions, readRows } from './read-only.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
});
afterAll(() => database[Symbol.asyncDispose]());

const read = async (text: string, options: Partial<ReadOptions> = {}) => {
  const portions = [];
  for await (const portion of readRows(database.readDb, text, { timeoutMs: 5_000, signal: new AbortController().signal, ...options }))
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
  [`delete from record`, /only queries/],
  [`insert into record_size values (1, 0, 'x')`, /only queries/],
  [`create table t (a int)`, /only queries/],
  [`with gone as (delete from record returning 1) select * from gone`, /permission denied|read-only/],
  [`select 1 as a into t`, /read-only|permission denied/],
  [`explain analyze create table t as select 1`, /read-only|permission denied/],
  [`select 1; drop table record`, /multiple commands/],
  [`commit; delete from record`, /only queries/],
  [`/* select */ -- select\n commit`, /only queries/],
  [`set statement_timeout = 0`, /only queries/],
  [`select * from harvest.page`, /permission denied/],
])('%s is refused', async (text, reason) => {
  await expect(read(text)).rejects.toThrow(reason);
});

test('nothing that a query set reaches the next one', async () => {
  const setting = async (name: string) => (await read(`select current_setting('${name}')`))[0]!.rows;
  const before = await setting('work_mem');
  await read(`select set_config('work_mem', '1GB', false)`).catch(() => {});
  expect(await setting('work_mem')).toEqual(before);
});

test('comments and brackets may stand before a query', async () => {
  expect((await read(`-- one\n/* two */ (select 1)`))[0]!.rows).toEqual([[1]]);
});

test('a result of more rows than permitted is ended, and so is a portion that is too large to be held', async () => {
  await expect(read('select * from generate_series(1, 5000)', { maxRows: 4_999 })).rejects.toThrow('more than 4999 rows');
  expect(await read('select * from generate_series(1, 5000)', { maxRows: 5_000 })).toHaveLength(5);
  await expect(read(`select repeat('x', 1024 * 1024) from generate_series(1, 1000)`, { timeoutMs: 60_000 })).rejects.toThrow(
    'larger than 256 MiB',
  );
}, 60_000);

test('a statement that takes too long is ended, and so is one that is aborted', async () => {
  await expect(read('select pg_sleep(20)', { timeoutMs: 100 })).rejects.toMatchObject({ code: '57014' });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  await expect(read('select pg_sleep(20)', { signal: controller.signal })).rejects.toMatchObject({ code: '57014' });
});

test('who stops reading early leaves a connection that works', async () => {
  for await (const _ of readRows(database.readDb, 'select * from generate_series(1, 100000)', {
    timeoutMs: 5_000,
    signal: new AbortController().signal,
  }))
    break;
  expect((await read('select 1'))[0]!.rows).toEqual([[1]]);
  expect(database.readDb.pool.totalCount - database.readDb.pool.idleCount).toBe(0);
});
