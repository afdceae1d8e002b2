import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

let open: StoredApi;
let keyed: StoredApi;
const origins = new Map<StoredApi, string>();

async function start(overlay: Parameters<typeof createStoredApi>[1]): Promise<StoredApi> {
  const made: StoredApi = await createStoredApi({ size: 20 }, { readDb: async () => made.database.readDb, ...overlay });
  origins.set(made, await made.app.listen({ host: '127.0.0.1', port: 0 }));
  return made;
}
beforeAll(async () => {
  open = await start({ queryTimeoutMs: 1_500 });
  keyed = await start({ adminKey: 'secret' });
});
afterAll(async () => {
  // `fetch` may have opened one in advance on which no request was sent: the server would wait for it.
  for (const { app } of [open, keyed]) app.server.closeAllConnections();
  await open[Symbol.asyncDispose]();
  await keyed[Symbol.asyncDispose]();
});

async function ask(api: StoredApi, query: string, more: { format?: string; headers?: Record<string, string>; signal?: AbortSignal } = {}) {
  const { format, headers = {}, signal } = more;
  const reply = await fetch(`${origins.get(api)}/analytics/sql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, ...(format && { format }) }),
    ...(signal && { signal }),
  });
  return new Response(await reply.arrayBuffer(), { status: reply.status, headers: reply.headers });
}
const detailOf = async (reply: Response): Promise<[number, string]> => [reply.status, ((await reply.json()) as { detail: string }).detail];

test('a query is answered with its columns and rows as PostgreSQL writes them', async () => {
  const reply = await ask(
    open,
    `select 9007199254740993::bigint as big, null as nothing, date '2024-05-31' as day, count(*) as records from record;`,
  );
  expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(await reply.json()).toMatchObject({
    columns: ['big', 'nothing', 'day', 'records'],
    rows: [['9007199254740993', null, '2024-05-31', '20']],
    isCut: false,
  });
});

test('a thousand rows are shown, and long values are cut', async () => {
  const many = (await (await ask(open, 'select generate_series(1, 2500)')).json()) as { rows: string[][]; isCut: boolean };
  expect([many.rows.length, many.isCut, many.rows.at(-1)]).toEqual([1_000, true, ['1000']]);
  const exact = (await (await ask(open, 'select generate_series(1, 1000)')).json()) as { isCut: boolean };
  expect(exact.isCut).toBe(false);
  const long = (await (await ask(open, `select repeat('x', 5000)`)).json()) as { rows: string[][] };
  expect(long.rows[0]![0]).toMatch(/^x{2000}…$/);
});

test('the result is to be had as CSV, whole, and harmless in a spreadsheet', async () => {
  const reply = await ask(open, `select n, '=1+1' as formula, null as nothing from generate_series(1, 2500) n`, { format: 'csv' });
  expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const lines = (await reply.text()).split('\r\n');
  expect([lines.length, lines[0]]).toEqual([2_502, 'n,formula,nothing']);
  expect(lines[1]).toMatch(/^1,'=1\+1,$/);
});

test('the result is to be had as Parquet with the types of its columns', async () => {
  const query = `select 1 as n, 9007199254740993::bigint as big, 'é "x"' as text, true as flag, date '2024-05-31' as day, timestamptz '2024-05-31 10:00+02' as at,
    1.5::numeric as share, array['a'] as list, null::int as nothing, 2 as "N"`;
  const reply = await ask(open, query, { format: 'parquet' });
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/vnd.apache.parquet']);
  const folder = await mkdtemp(join(tmpdir(), 'sql-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'a.parquet');
  await writeFile(file, Buffer.from(await reply.arrayBuffer()));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`set timezone = 'UTC'`);
  const read = await connection.runAndReadAll(`select columns(*)::varchar from '${file}'`);
  const types = await connection.runAndReadAll(`select column_name, column_type from (describe select * from '${file}')`);
  expect(Object.fromEntries(types.getRows())).toEqual({
    n: 'INTEGER',
    big: 'BIGINT',
    text: 'VARCHAR',
    flag: 'BOOLEAN',
    day: 'DATE',
    at: 'TIMESTAMP WITH TIME ZONE',
    share: 'DOUBLE',
    list: 'VARCHAR',
    nothing: 'INTEGER',
    N_2: 'INTEGER',
  });
  expect(read.getRows()[0]).toEqual([
    '1',
    '9007199254740993',
    'é "x"',
    'true',
    '2024-05-31',
    '2024-05-31 08:00:00+00',
    '1.5',
    '{a}',
    null,
    '2',
  ]);
  instance.closeSync();
});

test('a result without rows is a file with its columns', async () => {
  expect(await (await ask(open, 'select 1 as one where false', { format: 'csv' })).text()).toBe('one\r\n');
  const parquet = Buffer.from(await (await ask(open, 'select 1 as one where false', { format: 'parquet' })).arrayBuffer());
  expect(parquet.subarray(0, 4).toString()).toBe('PAR1');
});

test('what is wrong with a query is reported in words, for files too', async () => {
  for (const format of ['json', 'csv', 'parquet'])
    expect(await detailOf(await ask(open, 'select titel from record', { format }))).toEqual([
      400,
      expect.stringContaining('"titel" does not exist'),
    ]);
  expect(await detailOf(await ask(open, 'select generate_series(1, 100001)', { format: 'csv' }))).toEqual([
    400,
    expect.stringContaining('more than 100000 rows: add a limit'),
  ]);
});

test('nothing can be written, and an endless query is ended', async () => {
  for (const query of [
    'delete from record',
    'set statement_timeout = 0',
    `with gone as (delete from record returning 1) select * from gone`,
  ])
    expect([query, (await ask(open, query)).status]).toEqual([query, 400]);
  expect(await detailOf(await ask(open, 'select count(*) from generate_series(1, 1e12)'))).toEqual([
    400,
    expect.stringContaining('was ended after 1.5 s'),
  ]);
  expect((await ask(open, 'select * from harvest.webhook')).status).toBe(400);
});

test('pages of other sites cannot run queries, with the key or without', async () => {
  const foreign = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }];
  for (const headers of foreign) {
    expect((await ask(open, 'select 1', { headers })).status).toBe(403);
    expect((await ask(keyed, 'select 1', { headers: { ...headers, authorization: 'Bearer secret' } })).status).toBe(403);
  }
  const own = { origin: origins.get(open)!, 'sec-fetch-site': 'same-origin' };
  expect((await ask(open, 'select 1', { headers: own })).status).toBe(200);
  const simple = await fetch(`${origins.get(open)}/analytics/sql`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{"query":"select 1"}',
  });
  await simple.arrayBuffer();
  expect(simple.status).toBe(400);
});

test('with a key only those who show it may, and without one only this machine', async () => {
  expect((await ask(keyed, 'select 1')).status).toBe(401);
  expect((await ask(keyed, 'select 1', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  expect((await ask(keyed, 'select 1', { headers: { authorization: 'Bearer secret' } })).status).toBe(200);
  expect((await ask(open, 'select 1', { headers: { 'x-forwarded-for': '192.0.2.1' } })).status).toBe(403);
});

test('two queries run at once, and one whose client has gone is ended', async () => {
  const gone = new AbortController();
  const sleeping = () =>
    ask(keyed, 'select pg_sleep(15)', { headers: { authorization: 'Bearer secret' }, signal: gone.signal }).catch(() => null);
  const both = [sleeping(), sleeping()];
  const asleep = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%' and state = 'active'`.execute(
      keyed.database.db,
    );
    return rows[0]!.n;
  };
  await expect.poll(asleep, { timeout: 10_000 }).toBe(2);
  expect(await detailOf(await ask(keyed, 'select 1', { headers: { authorization: 'Bearer secret' } }))).toEqual([
    429,
    expect.stringContaining('2 queries are running'),
  ]);
  gone.abort();
  await Promise.all(both);
  await expect.poll(asleep, { timeout: 10_000 }).toBe(0);
  await expect
    .poll(async () => (await ask(keyed, 'select 1', { headers: { authorization: 'Bearer secret' } })).status, { timeout: 10_000 })
    .toBe(200);
});
