import { execFileSync } from 'node:child_process';
import { createLogger } from '@thresher/runtime';
import { createDb, type Db } from '@thresher/store/database';
import { createTestDatabase, openProxy } from '@thresher/store/testing';
import { expect, it } from 'vitest';
import { openLeaseSession } from './lease-session.ts';

const log = createLogger({ level: 'silent', pretty: false });
const quick = { everyMs: 100, answerMs: 500, sessionMs: 2_000 };

/** Numbers of the sessions that hold a harvester's lock. */
async function holders(db: Db, owner: number): Promise<number[]> {
  const { rows } = await db.pool.query<{ pid: number }>(
    `select pid from pg_locks where locktype = 'advisory' and classid = 29829 and objid = $1 and database = (select oid from pg_database where datname = current_database())`,
    [owner],
  );
  return rows.map(({ pid }) => pid);
}

it('is given up by the server when the host of the harvester vanishes', { timeout: 60_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using proxied = await openProxy(database.url, 5432);
  await using db = createDb(proxied.url);
  await using identity = await openLeaseSession(db, log, { ...quick, answerMs: 60_000 });
  expect(await holders(database.db, identity.owner)).toHaveLength(1);
  proxied.freeze();
  // The proxy keeps its connection to the server: nothing but silence tells.
  await expect.poll(() => holders(database.db, identity.owner), { timeout: 20_000 }).toEqual([]);
});

it('lives for as long as the harvester, however long that is', { timeout: 60_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using identity = await openLeaseSession(database.db, log, { ...quick, sessionMs: 500 });
  const before = await holders(database.db, identity.owner);
  await database.db.pool.query('select pg_sleep(2)');
  expect(before).toHaveLength(1);
  expect(await holders(database.db, identity.owner)).toEqual(before);
});

it('is held by another session under the same number when its flow is dropped', { timeout: 60_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using proxied = await openProxy(database.url, 5432);
  await using db = createDb(proxied.url);
  await using identity = await openLeaseSession(db, log, quick);
  const [before] = await holders(database.db, identity.owner);
  proxied.dropFlows();
  await expect
    .poll(async () => (await holders(database.db, identity.owner)).filter((pid) => pid !== before), { timeout: 20_000 })
    .toHaveLength(1);
});

it('is closed once, though the server ends it in the same moment', { timeout: 60_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using db = createDb(database.url);
  const identity = await openLeaseSession(db, log, quick);
  const [pid] = await holders(database.db, identity.owner);
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  process.prependListener('uncaughtException', note);
  const removed = new Promise((resolve) => db.pool.once('remove', resolve));
  // Nothing is read here until the server has ended the session and the harvester has closed it.
  execFileSync(process.execPath, ['--input-type=module', '--eval', terminate], {
    input: JSON.stringify({ url: database.url, pid }),
    cwd: import.meta.dirname,
  });
  await identity[Symbol.asyncDispose]();
  await removed;
  process.off('uncaughtException', note);
  expect(uncaught).toEqual([]);
  expect(await holders(database.db, identity.owner)).toEqual([]);
});

const terminate = `
  import { readFileSync } from 'node:fs';
  import { Client } from 'pg';
  const { url, pid } = JSON.parse(readFileSync(0, 'utf8'));
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('select pg_terminate_backend($1, 20000)', [pid]);
  await client.end();`;
