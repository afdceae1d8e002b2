import { createLogger } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import {
  beginAttempt,
  beginPages,
  commitPage,
  countPendingPages,
  createRun,
  endPages,
  leaseWindow,
  maxPageTries,
  type NewRun,
  planReplay,
  saveSource,
} from '@thresher/store/harvest';
import { createTestDatabase } from '@thresher/store/testing';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { transformPages } from '../transform/transform.ts';
import { startThread, type ThreadData, type ThreadMessage } from './transform-thread.ts';
import { startTransforming } from './transform-workers.ts';
import { openResources } from './resources.ts';

const recordXml = (identifier: string, titles: string): string =>
  `<record><header><identifier>${identifier}</identifier><datestamp>2024-01-01</datestamp></header><metadata><dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:d="http://purl.org/dc/elements/1.1/">${titles}</dc></metadata></record>`;

/** Stores `count` pages of one record each, and returns their ids. */
const storePages = (db: Db, count: number): Promise<number[]> =>
  storeLists(
    db,
    Array.from({ length: count }, (_, number) => recordXml(`oai:x:${number}`, `<d:title>${number}</d:title>`)),
  );

/** Stores pages that hold these records, and returns their ids. */
async function storeLists(db: Db, lists: readonly string[]): Promise<number[]> {
  const count = lists.length;
  const { id: sourceId } = await saveSource(db, { name: `s${count}`, base_url: `http://127.0.0.1/${count}`, metadata_prefix: 'oai_dc' });
  const run = {
    source_id: sourceId,
    kind: 'full',
    metadata_prefix: 'oai_dc',
    set_specs: [],
    from_datestamp: null,
    until_datestamp: null,
    options: {},
  } satisfies NewRun;
  const { id: runId } = await createRun(db, run, [{ set_spec: null, from_datestamp: null, until_datestamp: null }]);
  const window = (await leaseWindow(db, runId, 1))!;
  const lease = { ...window, attempt: (await beginAttempt(db, window))! };
  const ids: number[] = [];
  for (const [number, records] of lists.entries()) {
    const xml = `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2024-01-01T00:00:00Z</responseDate><request>http://x</request><ListRecords>${records}</ListRecords></OAI-PMH>`;
    const page = {
      source_id: sourceId,
      number,
      verb: 'ListRecords',
      response_date: null,
      content: zstdCompressSync(Buffer.from(xml)),
      content_length: xml.length,
      record_count: 1,
      identifiers: [],
      resumption_token: null,
      token_expires_at: null,
      token_sent: true,
    } as const;
    ids.push((await commitPage(db, page, lease, null, []))!);
  }
  return ids;
}

/** From now on every transaction that inserts records leaves the number of its connection. */
async function noteWriters({ pool }: Db): Promise<void> {
  await pool.query('create table writer (pid int)');
  await pool.query(
    'create function note_writer() returns trigger language plpgsql as $$ begin insert into writer values (pg_backend_pid()); return null; end $$',
  );
  await pool.query('create trigger note_writer after insert on public.record for each statement execute function note_writer()');
}

test('threads take part once there is enough to do, and all of them stop', { timeout: 60_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  await noteWriters(db);
  const few = await storePages(db, 30);
  const many = await storePages(db, 100);
  const through = () => countPendingPages(db, false).then((pending) => pending.count);
  const here = new Set<number | null>();
  const env = { DATABASE_URL: database.url, REDIS_URL: process.env['REDIS_URL'] };
  {
    await using resources = openResources(env, createLogger({ level: 'error', pretty: false }));
    resources.bareDb().pool.on('connect', (client) => here.add((client as unknown as { processID: number }).processID));
    const queue = await resources.queue();
    await using workers = await startTransforming(resources, 3);
    await expect.poll(() => workers.threads(), { timeout: 30_000 }).toBe(1);
    await queue.add(few);
    await expect.poll(() => workers.threads(), { timeout: 30_000 }).toBe(3);
    await queue.add(many);
    await expect.poll(through, { timeout: 30_000 }).toBe(0);
  }
  expect(
    await db
      .selectFrom('record')
      .select((eb) => eb.fn.countAll().as('n'))
      .executeTakeFirst(),
  ).toEqual({ n: 130 });
  // What the threads measured has come to this one, and from here to the totals of the installation.
  expect(await db.selectFrom('harvest.metric').select('value').where('name', '=', 'thresher_records_total').execute()).toEqual([
    { value: 130 },
  ]);
  const { rows } = await db.pool.query<{ pid: number }>('select distinct pid from writer');
  expect(rows.some(({ pid }) => !here.has(pid))).toBe(true);
  const open = `select count(*)::int as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name = 'thresher'`;
  await expect.poll(async () => (await db.pool.query<{ n: number }>(open)).rows[0]!.n).toBeLessThanOrEqual(db.pool.totalCount - 1);
});

const pageRow = (db: Db, id: number) =>
  db.selectFrom('harvest.page').select(['state', 'tries', 'begun', 'failure', 'content']).where('id', '=', id).executeTakeFirstOrThrow();

test(
  'a page that kills its worker twice is set aside with its bytes, the others go on, and replay lets it be tried again',
  { timeout: 300_000 },
  async () => {
    await using database = await createTestDatabase(process.env['DATABASE_URL']);
    const { db } = database;
    const heavy = Array.from({ length: 20 }, (_, n) => recordXml(`oai:heavy:${n}`, '<d:title/>'.repeat(60_000))).join('');
    const light = (n: number): string => recordXml(`oai:light:${n}`, '<d:title>light</d:title>');
    const ids = await storeLists(db, [light(0), heavy, light(1), light(2)]);
    const env = { DATABASE_URL: database.url, REDIS_URL: process.env['REDIS_URL'], TRANSFORM_HEAP_MB: '64' };
    {
      await using resources = openResources(env, createLogger({ level: 'silent', pretty: false }));
      await using _ = await startTransforming(resources, 1);
      await (await resources.queue()).add(ids);
      await expect.poll(async () => (await countPendingPages(db, false)).count, { timeout: 250_000, interval: 200 }).toBe(0);
    }
    const rows = await Promise.all(ids.map((id) => pageRow(db, id)));
    expect(rows.map(({ state }) => state)).toEqual(['stored', 'fetched', 'stored', 'stored']);
    expect(rows[1]).toMatchObject({ tries: maxPageTries, begun: 0, failure: expect.stringContaining('set aside') as string });
    expect(rows[1]!.content).not.toBeNull();
    await planReplay(db, { failed: true }, false);
    expect((await countPendingPages(db, false)).count).toBe(1);
  },
);

test('pages that a killed process was at are done in one other process', { timeout: 240_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  await noteWriters(db);
  const ids = await storePages(db, 8);
  // As the process had begun them before it was killed.
  await beginPages(db, ids, Number.MAX_SAFE_INTEGER);
  const env = { DATABASE_URL: database.url, REDIS_URL: process.env['REDIS_URL'] };
  await using resources = openResources(env, createLogger({ level: 'silent', pretty: false }));
  await (await resources.queue()).add(ids);
  await using _ = await startTransforming(resources, 1);
  await expect.poll(async () => (await countPendingPages(db, false)).count, { timeout: 200_000, interval: 200 }).toBe(0);
  const { rows } = await db.pool.query<{ pages: number; writers: number }>(
    'select count(*)::int as pages, count(distinct pid)::int as writers from writer',
  );
  // The thread may take the first page off the queue before the others are there.
  expect(rows[0]!.pages).toBe(8);
  expect(rows[0]!.writers).toBeLessThanOrEqual(2);
});

test('a try is counted before the work begins, and no more once it has ended', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  const [id] = (await storePages(db, 1)) as [number];
  const seen: number[] = [];
  const log = createLogger({ level: 'silent', pretty: false });
  const deps = { db, search: null, log, isolate: async (pageIds: readonly number[]) => void seen.push(...pageIds) };
  expect((await beginPages(db, [id], 1)).map((page) => page.begun)).toEqual([1]);
  await transformPages(deps, [id]);
  expect([seen, (await pageRow(db, id)).state]).toEqual([[id], 'fetched']);
  await endPages(db, [id]);
  await transformPages(deps, [id]);
  expect([seen, await pageRow(db, id)]).toMatchObject([[id], { state: 'stored', begun: 0, tries: 0 }]);
});

test('a stuck thread is ended; another one transforms its page and the queued pages', { timeout: 300_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  const ids = await storePages(db, 3);
  const env = { DATABASE_URL: database.url, REDIS_URL: process.env['REDIS_URL'], TRANSFORM_STUCK_SECONDS: '5' };
  await using resources = openResources(env, createLogger({ level: 'silent', pretty: false }));
  const thread = startThread(resources, new URL('../../test/stuck-thread.ts', import.meta.url));
  await expect.poll(() => thread.hasWorked(), { timeout: 30_000 }).toBe(true);
  await expect.poll(() => thread.silentLooks(), { timeout: 30_000, interval: 10 }).toBeGreaterThan(50);
  thread.kill(5);
  expect((await thread.ended).message).toContain('did not respond for 5 s');
  await using _ = await startTransforming(resources, 1);
  await (await resources.queue()).add(ids);
  await expect.poll(async () => (await countPendingPages(db, false)).count, { timeout: 60_000 }).toBe(0);
});

test('a thread that is stopped while it starts ends', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const counters = new SharedArrayBuffer(8);
  const workerData: ThreadData = { env: { DATABASE_URL: database.url }, alias: 'none', logLevel: 'silent', counters };
  const thread = new Worker(new URL('../../bin/transform-thread.ts', import.meta.url), { workerData });
  thread.postMessage('stop' satisfies ThreadMessage);
  expect(await once(thread, 'exit')).toEqual([0]);
});
