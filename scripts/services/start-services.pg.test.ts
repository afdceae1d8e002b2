import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

function postmaster(home: string): number {
  return Number.parseInt(readFileSync(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

test('a new home gets a database that sorts by code point and keeps its data over a stop', async () => {
  const home = newHome();
  const first = await start(home);
  expect(first.env).toMatchObject(OTHERS);
  expect(first.notes).toEqual([]);
  await query(first, 'create table kept as select 7 as seven');
  expect(await query(first, "select 'a' < 'B' as less, lower('Ü') as lower, current_setting('synchronous_commit') as sync")).toEqual([
    { less: false, lower: 'ü', sync: 'on' },
  ]);
  const pid = postmaster(home);
  await first[Symbol.asyncDispose]();
  expect(commandLine(pid)).toBeUndefined();
  expect(existsSync(join(home, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
  expect(await query(await start(home), 'select seven from kept')).toEqual([{ seven: 7 }]);
});

test('a server that a killed start left behind is adopted and then ended', async () => {
  const home = newHome();
  await startAndDie(home);
  const left = postmaster(home);
  const services = await start(home);
  expect(postmaster(home)).toBe(left);
  expect(await query(services, 'select 1 as one')).toEqual([{ one: 1 }]);
  await services[Symbol.asyncDispose]();
  expect(commandLine(left)).toBeUndefined();
});

test('the pid file of a server that is gone does not stand in the way', async () => {
  const home = newHome();
  await startAndDie(home);
  process.kill(postmaster(home), 'SIGKILL');
  expect(await query(await start(home), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a wrong password does not get in', async () => {
  const services = await start(newHome());
  const url = new URL(services.env['DATABASE_URL'] ?? '');
  url.password = 'guess';
  await expect(query({ ...services, env: { DATABASE_URL: url.href } }, 'select 1')).rejects.toThrow('password');
});

test('when the usual port is taken another one is used', async () => {
  const blocker = createServer().listen(5432, '127.0.0.1');
  // It may be taken already, which is as good.
  await Promise.race([once(blocker, 'listening'), once(blocker, 'error')]);
  onTestFinished(() => void blocker.close());
  const services = await start(newHome());
  expect(new URL(services.env['DATABASE_URL'] ?? '').port).not.toBe('5432');
  expect(await query(services, 'select 1 as one')).toEqual([{ one: 1 }]);
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
  await (await start(home))[Symbol.asyncDispose]();
  rmSync(join(home, 'postgres', 'data', 'global'), { recursive: true });
  await expect(startServices({ home, env, log: () => {} })).rejects.toThrow(join(home, 'log', 'postgres.log'));
});
