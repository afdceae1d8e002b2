import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { createTestDatabase } from '@thresher/store/testing';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from './postgres.ts';
import { commandLine, findProcess } from './process.ts';
import { findRedis, startRedis } from './redis.ts';
import type { StartDeps } from './server.ts';
import { prepareLocal, ROOT, startServices, type Services } from './start-services.ts';

const OTHERS = { REDIS_URL: 'redis://127.0.0.1:1', ELASTICSEARCH_URL: 'http://127.0.0.1:1' };
// Without `docker` on the path, whatever this machine has.
const env = { PATH: '/usr/bin:/bin', HOME: process.env['HOME'], ...OTHERS };

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'services with blanks-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

async function start(home: string, postgresSettings: Record<string, string> = {}): Promise<Services> {
  const services = await startServices({ home, env, postgresSettings, log: () => {} });
  onTestFinished(() => services[Symbol.asyncDispose]());
  return services;
}

/** The same in its own process, which is left with SIGKILL. */
async function startAndDie(home: string): Promise<void> {
  const code = `import { startServices } from ${JSON.stringify(new URL('start-services.ts', import.meta.url).href)}
    await startServices({ home: ${JSON.stringify(home)}, env: ${JSON.stringify(env)}, log: () => {} })
    process.kill(process.pid, 'SIGKILL')`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'inherit', 'inherit'] });
  await once(child, 'exit');
}

/** What the start of a server gets whose process was interrupted a moment ago. */
async function interrupted(home: string): Promise<StartDeps> {
  return prepareLocal({ home, env, log: () => {}, signal: AbortSignal.abort() }, []);
}

async function query(services: Services, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: services.env['DATABASE_URL'] });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Makes sure that somebody listens on a port of loopback. */
async function occupy(port: number): Promise<void> {
  const blocker = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void blocker.close());
  await new Promise<void>((resolve) => blocker.once('listening', resolve).once('error', () => resolve()));
}

/** The server as earlier versions started it: PostgreSQL was initialised with the owner as its superuser. */
async function startAsBefore(folder: string): Promise<{ services: Services; end: () => Promise<void> }> {
  const services = await startServices({ home: folder, env, log: () => {} });
  const files = { owner: join(folder, 'postgres', 'password'), superuser: join(folder, 'postgres', 'superuser-password') };
  const port = new URL(services.env['DATABASE_URL'] ?? '').port;
  const owner = readFileSync(files.owner, 'utf8');
  const asRole = (role: string, password: string, database = 'postgres'): Services => ({
    ...services,
    env: { DATABASE_URL: `postgres://${role}:${password}@127.0.0.1:${port}/${database}` },
  });
  await query(asRole('thresher_superuser', readFileSync(files.superuser, 'utf8')), `create role helper superuser login password 'helper'`);
  const helper = asRole('helper', 'helper');
  await query(helper, 'drop database thresher');
  await query(asRole('helper', 'helper', 'template1'), 'drop owned by thresher');
  await query(helper, 'drop role thresher_query, thresher_reader, thresher; alter role thresher_superuser rename to thresher');
  await query(helper, `alter role thresher password '${owner}'`);
  await query(helper, 'create database thresher owner thresher');
  await query(asRole('thresher', owner), 'drop role helper');
  rmSync(files.superuser);
  return { services, end: async () => services[Symbol.asyncDispose]() };
}

function postmaster(home: string): number {
  return Number.parseInt(readFileSync(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

test('a new home, the usual port taken: a database that sorts by code point and keeps its data over a stop', async () => {
  await occupy(5432);
  const home = newHome();
  const first = await start(home);
  expect(first.env).toMatchObject(OTHERS);
  expect(first.notes).toEqual([]);
  expect(parseEnv(readFileSync(join(home, 'servers.env'), 'utf8'))).toEqual(first.env);
  const url = new URL(first.env['DATABASE_URL'] ?? '');
  expect(url.port).not.toBe('5432');
  await query(first, 'create table kept as select 7 as seven');
  expect(await query(first, "select 'a' < 'B' as less, lower('Ü') as lower, current_setting('synchronous_commit') as sync")).toEqual([
    { less: false, lower: 'ü', sync: 'on' },
  ]);
  url.password = 'guess';
  await expect(query({ ...first, env: { DATABASE_URL: url.href } }, 'select 1')).rejects.toThrow('password');
  const pid = postmaster(home);
  await first[Symbol.asyncDispose]();
  expect(commandLine(pid)).toBeUndefined();
  expect(existsSync(join(home, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
  expect(existsSync(join(home, 'servers.env'))).toBe(false);
  const otherwise = await start(home, { synchronous_commit: 'off' });
  expect(await query(otherwise, "select seven, current_setting('synchronous_commit') as sync from kept")).toEqual([
    { seven: 7, sync: 'off' },
  ]);
});

test('servers that are started at the same moment get a port each', { timeout: 120_000 }, async () => {
  const all = await Promise.all([1, 2, 3, 4].map(() => start(newHome())));
  const ports = all.map(({ env: urls }) => new URL(urls['DATABASE_URL']!).port);
  expect(new Set(ports).size).toBe(4);
  for (const services of all) expect(await query(services, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a server that a killed start left behind is adopted; one that was killed itself is started again; both are ended', async () => {
  const home = newHome();
  await startAndDie(home);
  const left = postmaster(home);
  const adopting = await start(home);
  expect(postmaster(home)).toBe(left);
  expect(await query(adopting, 'select 1 as one')).toEqual([{ one: 1 }]);
  process.kill(left, 'SIGKILL');
  await adopting[Symbol.asyncDispose]();
  const again = await start(home);
  const pid = postmaster(home);
  expect(await query(again, 'select 1 as one')).toEqual([{ one: 1 }]);
  await again[Symbol.asyncDispose]();
  expect([left, pid].map(commandLine)).toEqual([undefined, undefined]);
});

test('an interrupted start leaves no PostgreSQL, neither a new nor an adopted one', async () => {
  const home = newHome();
  await (await start(home))[Symbol.asyncDispose]();
  const deps = await interrupted(home);
  await expect(startPostgres(deps)).rejects.toThrow('abort');
  await expect.poll(() => findProcess(home)).toBeUndefined();
  await startAndDie(home);
  const left = postmaster(home);
  const { signal } = deps;
  await expect(startServices({ home, env, log: () => {}, signal })).rejects.toThrow('abort');
  expect(commandLine(left)).toBeUndefined();
});

test.skipIf(findRedis() === undefined)('an interrupted start leaves no Redis', async () => {
  const home = newHome();
  await expect(startRedis(await interrupted(home))).rejects.toThrow('abort');
  await expect.poll(() => findProcess(home)).toBeUndefined();
});

test('SIGTERM to npm ends the servers before npm ends', async () => {
  const home = newHome();
  const options = { cwd: ROOT, env: { ...process.env, ...env, PATH: process.env['PATH'], DATABASE_URL: '', THRESHER_HOME: home } };
  const child = spawn('npm', ['run', '--silent', 'services'], { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const pid = postmaster(home);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(commandLine(pid)).toBeUndefined();
});

test('an interrupted start leaves the server that another process uses', async () => {
  const home = newHome();
  const services = await start(home);
  const pid = postmaster(home);
  process.kill(pid, 'SIGSTOP');
  try {
    await expect(startPostgres(await interrupted(home))).rejects.toThrow('abort');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  expect(await query(services, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('the role of DATABASE_URL is no superuser, the one of DATABASE_READ_URL has no rights, and both do their work', async () => {
  const services = await start(newHome());
  const rights = `select rolname, rolsuper, rolcreatedb, rolcreaterole, array(select roleid::regrole::text from pg_auth_members m where m.member = r.oid order by 1) as member_of
    from pg_roles r where rolname = session_user`;
  expect(await query(services, rights)).toEqual([
    { rolname: 'thresher', rolsuper: false, rolcreatedb: true, rolcreaterole: true, member_of: ['thresher_query', 'thresher_reader'] },
  ]);
  const reader: Services = { ...services, env: { DATABASE_URL: services.env['DATABASE_READ_URL'] ?? '' } };
  expect(await query(reader, rights)).toEqual([
    { rolname: 'thresher_query', rolsuper: false, rolcreatedb: false, rolcreaterole: false, member_of: ['thresher_reader'] },
  ]);
  expect(await query(reader, `select current_setting('temp_file_limit') as files`)).toEqual([{ files: '4GB' }]);
  for (const text of [
    `do $$ begin end $$`,
    'select pg_advisory_lock(1)',
    `select set_config('work_mem', '1GB', false)`,
    'start transaction read write; create temporary table t (a int)',
  ])
    await expect(query(reader, text), text).rejects.toMatchObject({ code: '42501' });
  const other = new URL(services.env['DATABASE_READ_URL'] ?? '');
  other.pathname = '/postgres';
  await expect(query({ ...services, env: { DATABASE_URL: other.href } }, 'select 1')).rejects.toMatchObject({ code: '42501' });
  await using database = await createTestDatabase(services.env['DATABASE_URL']);
  const { rows } = await database.readDb.pool.query('select session_user as role, count(*) as records from record');
  expect(rows).toEqual([{ role: 'thresher_query', records: 0 }]);
});

test.skipIf(process.platform !== 'linux')(
  'a process of the server may have 2 GiB of memory, so that a greedy query fails alone',
  async () => {
    const folder = newHome();
    await start(folder);
    expect(readFileSync(`/proc/${postmaster(folder)}/limits`, 'utf8')).toMatch(/^Max data size +2147483648 +2147483648 /m);
  },
);

test('a data folder whose owner was the superuser keeps its data, and the owner loses that right', async () => {
  const folder = newHome();
  const before = await startAsBefore(folder);
  expect(await query(before.services, 'select rolsuper from pg_roles where rolname = session_user')).toEqual([{ rolsuper: true }]);
  await query(
    before.services,
    'create schema mine; create table mine.kept (n serial, kind text); create view mine.seen as select * from mine.kept',
  );
  await query(before.services, `create type mine.mood as enum ('fine'); create function mine.one() returns int language sql return 1`);
  await query(before.services, `insert into mine.kept (kind) values ('a'), ('b')`);
  await query(before.services, 'create database second');
  await before.end();

  const after = await start(folder);
  expect(after.env['DATABASE_URL']?.replace(/:\d+\//, '/')).toBe(before.services.env['DATABASE_URL']?.replace(/:\d+\//, '/'));
  expect(await query(after, 'select rolsuper from pg_roles where rolname = session_user')).toEqual([{ rolsuper: false }]);
  expect(await query(after, 'select n, kind, mine.one() as one from mine.seen')).toEqual([
    { n: 1, kind: 'a', one: 1 },
    { n: 2, kind: 'b', one: 1 },
  ]);
  await query(after, `insert into mine.kept (kind) values ('c'); alter table mine.kept add column more int; drop schema mine cascade`);
  await query(after, 'drop database second');
  expect(await query(after, `select rolname from pg_roles where rolsuper`)).toEqual([{ rolname: 'thresher_superuser' }]);
});

test('nobody else on this machine may look into the folder, and its passwords and logs are for its user alone', async () => {
  const folder = newHome();
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'log'), { mode: 0o755 });
  writeFileSync(join(folder, 'log', 'postgres.log'), '', { mode: 0o644 });
  await start(folder);
  const modes = [
    '.',
    'log',
    'postgres',
    'postgres/data',
    'log/postgres.log',
    'servers.env',
    'postgres/password',
    'postgres/superuser-password',
  ].map((name) => statSync(join(folder, name)).mode & 0o077);
  expect(modes).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test('given URLs are used as they are, and nothing is started', async () => {
  const home = newHome();
  const all = { ...OTHERS, DATABASE_URL: 'postgres://elsewhere/db' };
  const services = await startServices({ home, env: all, log: () => {} });
  expect(services.env).toEqual(all);
  expect(existsSync(join(home, 'postgres'))).toBe(false);
});

test('a server that cannot start names its log', async () => {
  const home = newHome();
  mkdirSync(join(home, 'postgres', 'data'), { recursive: true });
  writeFileSync(join(home, 'postgres', 'data', 'PG_VERSION'), '9.6');
  await expect(startServices({ home, env, log: () => {} })).rejects.toThrow(join(home, 'log', 'postgres.log'));
});

test('what Elasticsearch lacks becomes a sentence with its command', async () => {
  const home = newHome();
  const bare = {
    PATH: '/nowhere',
    XDG_CACHE_HOME: join(home, 'cache'),
    DATABASE_URL: 'postgres://elsewhere/db',
    REDIS_URL: OTHERS.REDIS_URL,
  };
  await using services = await startServices({ home, env: bare, log: () => {} });
  expect(services.notes).toHaveLength(1);
  expect(services.notes[0]).toMatch(/^Elasticsearch .*(apt-get|brew) install/);
  expect(Object.keys(services.env)).toEqual(['DATABASE_URL', 'REDIS_URL', 'ELASTICSEARCH_FAULT']);
  expect(services.env['ELASTICSEARCH_FAULT']).toBe(services.notes[0]);
});
