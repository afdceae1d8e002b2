import { Client } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createDb } from './db.ts';
import { NotReadOnlyError } from './only-reads.ts';
import { createReadLogin, openReadDb, ReadLoginError, readLoginOf } from './read-login.ts';
import { readRows } from './read-only.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
});
afterAll(() => database[Symbol.asyncDispose]());

const signal = new AbortController().signal;

async function read(text: string, timeoutMs = 5_000) {
  const rows = [];
  for await (const portion of readRows(database.readDb, text, { timeoutMs, signal })) rows.push(...portion.rows);
  return rows;
}

/** A session as psql would have it: no transaction, no check, every statement goes. */
async function openSession(): Promise<Client> {
  const client = new Client({ connectionString: database.readUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const denied = { code: '42501' };

test('read-only work logs in as a role that has no rights but those of thresher_reader', async () => {
  const [row] = await read(`
    select session_user = current_user, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls, rolconnlimit > 0,
      array(select r.rolname::text from pg_auth_members m join pg_roles r on r.oid = m.roleid where m.member = pg_roles.oid)
    from pg_roles where rolname = session_user`);
  expect(row).toEqual([true, false, true, ['thresher_reader']]);
});

test.each([
  ['a program', `copy (select 1) to program 'id'`],
  ['a file of the server, written', `copy (select 1) to '/tmp/x'`],
  ['a file of the server, read', `select pg_read_file('/etc/passwd')`],
  ['a folder of the server', `select pg_ls_dir('/')`],
  ['a large object out of a file', `select lo_import('/etc/passwd')`],
  ['a large object into a file', `select lo_export(1, '/tmp/x')`],
  ['passwords', `select rolpassword from pg_authid`],
  ['secrets of webhooks', `select secret from harvest.webhook`],
  ['secrets of webhooks, by another way', `select query_to_xml('select secret from harvest.webhook', true, false, '')`],
  ['files, by another way', `select query_to_xml('select pg_read_file(''/etc/passwd'')', true, false, '')`],
  ['a table of records, written', `delete from record`],
  ['a table in public', `create table public.mine (id int)`],
  ['a temporary table', `create temporary table mine (id int)`],
  ['a role', `create role mine`],
  ['a database', `create database mine`],
  ['another role', `set role pg_read_all_data`],
  ['another user', `set session authorization postgres`],
  ['a setting of the server', `alter system set work_mem = '1GB'`],
  ['the limit of temporary files', `set temp_file_limit = -1`],
])('out of reach in a session without a transaction: %s', async (_, text) => {
  const session = await openSession();
  await session.query('set default_transaction_read_only = off');
  await session.query('reset role');
  await expect(session.query(text)).rejects.toThrow(/permission denied|does not exist|must be superuser/);
});

test('other databases, extensions, prepared transactions and the text of other sessions are out of reach', async () => {
  const session = await openSession();
  await session.query('set default_transaction_read_only = off');
  await expect(session.query('create extension dblink')).rejects.toMatchObject(denied);
  await expect(session.query(`begin; prepare transaction 'x'`)).rejects.toMatchObject({ code: '55000' });
  await session.query('rollback');
  await database.db.pool.query('select 1 as of_somebody_else');
  const { rows } = await session.query(
    `select query from pg_stat_activity where usename <> session_user and query <> '<insufficient privilege>' and query <> ''`,
  );
  expect(rows).toEqual([]);
});

test('where a superuser prepared the server, no function locks, notifies, sets, writes or ends sessions', async () => {
  const { rows } = await database.db.pool.query<{ name: string }>(
    `select p.oid::regprocedure::text as name from pg_proc p
     where proname ~ '^(pg_(try_)?advisory_|lo_)|^(set_config|pg_notify|pg_logical_emit_message|pg_cancel_backend|pg_terminate_backend)$'
       and has_function_privilege($1, p.oid, 'execute')`,
    [readLoginOf(database.url).role],
  );
  expect(rows.map((row) => row.name)).toEqual([]);
  const session = await openSession();
  await expect(session.query(`do $$ begin perform 1; end $$`)).rejects.toMatchObject(denied);
});

test('temporary files are limited, and connections', async () => {
  const [[limit]] = (await read(`select current_setting('temp_file_limit')`)) as [[string]];
  expect(limit).toBe('4GB');
});

test('a query ends in time although the timeout of PostgreSQL begins again with each portion', async () => {
  // For PostgreSQL each portion of 1,000 rows is a statement, whose clock begins again. 50 of them would take 14 s.
  const text = `select n, case when n % 1000 = 500 then pg_sleep(0.28) end from generate_series(1, 50000) n`;
  await expect(read(text, 300)).rejects.toMatchObject({ code: '57014' });
});

test('a session of a superuser, of the owner, or of a role that writes is refused', async () => {
  const attempt = async (db: TestDatabase['db']) => {
    for await (const _ of readRows(db, 'select 1', { timeoutMs: 1_000, signal }));
  };
  await expect(attempt(database.db)).rejects.toThrow(NotReadOnlyError);
  const role = `thresher_writer_${Date.now()}`;
  await database.db.pool.query(`create role ${role} login password 'test'; grant insert on record to ${role}`);
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'test'];
  await using writer = createDb(url.href);
  await expect(attempt(writer)).rejects.toThrow(/it writes records.*DATABASE_READ_URL/);
  await writer.destroy();
  await database.db.pool.query(`drop owned by ${role}; drop role ${role}`);
});

test('the login is created at its first use; one that somebody else made keeps its password', async () => {
  const owner = `thresher_owner_${Date.now()}`;
  const login = readLoginOf(database.url.replace(/\/\/[^@]*@/, `//${owner}:one@`));
  onTestFinished(async () => void (await database.db.pool.query(`drop role if exists ${login.role}`)));
  const openFor = (password: string) =>
    openReadDb(
      { readUrl: undefined, databaseUrl: () => database.url.replace(/\/\/[^@]*@/, `//${owner}:${password}@`) },
      async () => database.db,
    );
  await using db = await openFor('one');
  expect((await db.pool.query('select session_user')).rows).toEqual([{ session_user: login.role }]);
  await using again = await openFor('one');
  expect((await again.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await expect(openFor('two')).rejects.toThrow(ReadLoginError);
  await expect(openFor('two')).rejects.toThrow(/another password: .*DATABASE_READ_URL/);
  expect(await createReadLogin(database.db.pool as never, login)).toBe(false);
});
