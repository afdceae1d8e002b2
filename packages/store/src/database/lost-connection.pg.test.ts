import { Client } from 'pg';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createTestDatabase, openProxy } from '../../test/test-database.ts';
import { createDb, type Db, type DbOptions } from './db.ts';
import { isLostConnection } from './lost-connection.ts';
import { isDead } from './watched-client.ts';

const quick = { silentMs: 200, lookEveryMs: 50, connectMs: 1_000 };

/** Ends every session of the database but the one that asks. Returns how many. */
async function terminateAll(url: string, where = 'true'): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const all = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${where}`;
    return (await client.query(all)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

const open = (url: string, options: DbOptions = {}): Db => createDb({ connectionString: url, ...options });
const sleepInSql = (db: Db, seconds: number) => sql<{ ok: boolean }>`select pg_sleep(${seconds}) is not null as ok`.execute(db);
const asleep = async (url: string): Promise<void> => {
  while ((await terminateAll(url, `query like '%pg_sleep%'`)) === 0);
};

test('a session that is lost while it is checked out rejects its statements and does not end the process', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using db = open(database.url);
  const client = await db.pool.connect();
  const ended = new Promise<void>((resolve) => void client.once('end', () => resolve()));
  expect(await terminateAll(database.url)).toBeGreaterThan(0);
  await ended;
  const error = await client.query('select 1').catch((cause: unknown) => cause);
  expect(isLostConnection(error)).toBe(true);
  client.release();
  expect((await db.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('reads go on, on another connection, when theirs is lost in the middle', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using db = open(database.url);
  const reading = sleepInSql(db, 1);
  await asleep(database.url);
  expect((await reading).rows).toEqual([{ ok: true }]);
});

test('a read whose connection is lost and cannot be replaced fails as one of a server that is away', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using other = open(process.env['DATABASE_URL'] ?? '');
  await using db = open(database.url);
  const name = new URL(database.url).pathname.slice(1);
  const reading = sleepInSql(db, 20).catch((error: unknown) => error);
  const sleeping = `from pg_stat_activity where datname = $1 and query like '%pg_sleep%'`;
  // A first connection that is refused is not a lost one: the read must have begun before connections are refused.
  const count = async (): Promise<number | null> => (await other.pool.query(`select ${sleeping}`, [name])).rowCount;
  await expect.poll(count, { timeout: 20_000 }).toBe(1);
  await other.pool.query(`alter database ${name} allow_connections false`);
  expect((await other.pool.query(`select pg_terminate_backend(pid) ${sleeping}`, [name])).rowCount).toBe(1);
  const error = await reading;
  await other.pool.query(`alter database ${name} allow_connections true`);
  expect(String(error)).toMatch(/not currently accepting connections/);
  expect((await sleepInSql(db, 0)).rows).toEqual([{ ok: true }]);
});

test('a write is not repeated: whether it was executed is unknown', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using db = open(database.url);
  await sql`create table note (at timestamptz)`.execute(db);
  const writing = sql`insert into note select now() from pg_sleep(20)`.execute(db);
  const settled = writing.then(
    () => null,
    (error: unknown) => error,
  );
  await asleep(database.url);
  expect(isLostConnection(await settled)).toBe(true);
  expect((await sql`select 1 from note`.execute(db)).rows).toEqual([]);
});

test('a statement waits for a server that is away, as long as the pool is patient', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const proxied = await openProxy(database.url, 5432);
  const lost: Error[] = [];
  let onFirst = (): void => {};
  const first = new Promise<void>((resolve) => (onFirst = resolve));
  await using db = open(proxied.url, {
    reconnectMs: 60_000,
    onLost: (error) => {
      lost.push(error);
      onFirst();
    },
  });
  await sql`select 1`.execute(db);
  await terminateAll(database.url);
  await proxied[Symbol.asyncDispose]();
  await first;
  const reading = sql`select 1 as one`.execute(db);
  await expect.poll(() => lost.some((error) => 'code' in error && error.code === 'ECONNREFUSED')).toBe(true);
  await using back = await openProxy(database.url, 5432, Number(new URL(proxied.url).port));
  expect(back.url).toBe(proxied.url);
  expect((await reading).rows).toEqual([{ one: 1 }]);
});

test('the first connection fails at once: the address may be wrong', async () => {
  const lost: Error[] = [];
  await using db = open('postgres://nobody@127.0.0.1:1/none', { reconnectMs: 60_000, onLost: (error) => lost.push(error) });
  await expect(sql`select 1`.execute(db)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(lost).toEqual([]);
});

test('the answer of another server that is away is no lost database connection', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  expect(isLostConnection(refused)).toBe(true);
  expect(isLostConnection(new TypeError('fetch failed', { cause: refused }))).toBe(false);
  expect(isLostConnection(Object.assign(new Error('no such file'), { code: 'ENOENT', path: '/x' }))).toBe(false);
  expect(isLostConnection(Object.assign(new Error('duplicate key'), { code: '23505' }))).toBe(false);
});

describe('half-open connections', () => {
  test('a read goes on when the flow of its connection is dropped, and the server is there', { timeout: 30_000 }, async () => {
    await using database = await createTestDatabase(process.env['DATABASE_URL']);
    await using proxied = await openProxy(database.url, 5432);
    await using db = open(proxied.url, { watch: quick });
    await sql`select 1`.execute(db);
    expect(proxied.connections()).toBe(1);
    proxied.dropFlows();
    expect((await sql`select 2 as two`.execute(db)).rows).toEqual([{ two: 2 }]);
  });

  test('a frozen server ends a write with an error, and closing the pool as well', { timeout: 30_000 }, async () => {
    await using database = await createTestDatabase(process.env['DATABASE_URL']);
    await using proxied = await openProxy(database.url, 5432);
    const db = open(proxied.url, { watch: quick });
    await sql`create table note (at timestamptz)`.execute(db);
    proxied.freeze();
    await expect(sql`insert into note values (now())`.execute(db)).rejects.toMatchObject({ name: 'SilentServerError' });
    await db.destroy();
  });

  test('closing the pool does not wait for a connection that nobody answers', { timeout: 30_000 }, async () => {
    await using database = await createTestDatabase(process.env['DATABASE_URL']);
    await using proxied = await openProxy(database.url, 5432);
    const db = open(proxied.url);
    await sql`select 1`.execute(db);
    const inUse = await db.pool.connect();
    proxied.freeze();
    const settled = inUse.query('select 1').catch((error: unknown) => error);
    const closed = db.destroy();
    expect(isLostConnection(await settled)).toBe(true);
    inUse.release();
    await closed;
  });

  test('a statement that takes longer than silence lasts is left alone', { timeout: 30_000 }, async () => {
    await using database = await createTestDatabase(process.env['DATABASE_URL']);
    await using db = open(database.url, { watch: { ...quick, silentMs: 100 } });
    let connections = 0;
    db.pool.on('connect', () => connections++);
    expect((await sleepInSql(db, 2)).rows).toEqual([{ ok: true }]);
    expect(connections).toBe(1);
  });

  test('one look decides nothing', () => {
    expect(isDead(['no answer'])).toBe(false);
    expect(isDead(['no answer', 'at work', 'no answer'])).toBe(false);
    expect(isDead(['at work', 'not at work', 'no answer'])).toBe(true);
    expect(isDead(['unknown', 'unknown'])).toBe(false);
  });
});
