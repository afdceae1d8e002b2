import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { commandLine } from './process.ts';
import { startServices, type Services } from './start-services.ts';

const OTHERS = { REDIS_URL: 'redis://127.0.0.1:1', ELASTICSEARCH_URL: 'http://127.0.0.1:1' };
// Without `docker` on the path, whatever this machine has.
const env = { PATH: '/usr/bin:/bin', HOME: process.env['HOME'], ...OTHERS };

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'services with blanks-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

async function start(home: string): Promise<Services> {
  const services = await startServices({ home, env, log: () => {} });
  onTestFinished(() => services[Symbol.asyncDispose]());
  return services;
}

/** The same in a process of its own, which is left with SIGKILL. */
async function startAndDie(home: string): Promise<void> {
  const code = `import { startServices } from ${JSON.stringify(new URL('start-services.ts', import.meta.url).href)}
    await startServices({ home: ${JSON.stringify(home)}, env: ${JSON.stringify(env)}, log: () => {} })
    process.kill(process.pid, 'SIGKILL')`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'inherit', 'inherit'] });
  await once(child, 'exit');
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

function postmaster(home: string): number {
  return Number.parseInt(readFileSync(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

test('a new home, the usual port taken: a database that sorts by code point and keeps its data over a stop', async () => {
  await occupy(5432);
  const home = newHome();
  const first = await start(home);
  expect(first.env).toMatchObject(OTHERS);
  expect(first.notes).toEqual([]);
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
  expect(await query(await start(home), 'select seven from kept')).toEqual([{ seven: 7 }]);
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
  expect(Object.keys(services.env)).toEqual(['DATABASE_URL', 'REDIS_URL']);
});
