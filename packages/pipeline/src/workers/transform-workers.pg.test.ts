import { createLogger } from '@thresher/runtime';
import { beginAttempt, commitPage, countPendingPages, createRun, type Db, leaseWindow, type NewRun, saveSource } from '@thresher/store';
import { createTestDatabase } from '@thresher/store/testing';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type ThreadData, type ThreadMessage, startTransforming } from './transform-workers.ts';
import { openWorkshop } from './workshop.ts';

/** Stores so many pages of one record each, and returns their ids. */
async function storePages(db: Db, count: number): Promise<number[]> {
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
  for (let number = 0; number < count; number++) {
    const identifier = `oai:x:${number}`;
    const xml = `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2024-01-01T00:00:00Z</responseDate><request>http://x</request><ListRecords><record><header><identifier>${identifier}</identifier><datestamp>2024-01-01</datestamp></header><metadata><dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"><title xmlns="http://purl.org/dc/elements/1.1/">${number}</title></dc></metadata></record></ListRecords></OAI-PMH>`;
    const page = {
      source_id: sourceId,
      number,
      verb: 'ListRecords',
      response_date: null,
      content: zstdCompressSync(Buffer.from(xml)),
      content_length: xml.length,
      record_count: 1,
      identifiers: [identifier],
      resumption_token: null,
      token_expires_at: null,
      token_sent: true,
    } as const;
    ids.push((await commitPage(db, page, lease, null, []))!);
  }
  return ids;
}

test('threads take part once there is enough to do, and all of them stop', { timeout: 60_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  // Every transaction that inserts records leaves the number of its connection.
  await db.pool.query('create table writer (pid int)');
  await db.pool.query(
    'create function note_writer() returns trigger language plpgsql as $$ begin insert into writer values (pg_backend_pid()); return null; end $$',
  );
  await db.pool.query('create trigger note_writer after insert on public.record for each statement execute function note_writer()');
  const few = await storePages(db, 30);
  const many = await storePages(db, 100);
  const through = () => countPendingPages(db, false).then((pending) => pending.count);
  const here = new Set<number | null>();
  const env = { DATABASE_URL: database.url, REDIS_URL: process.env['REDIS_URL'] };
  {
    await using workshop = openWorkshop(env, createLogger({ level: 'error', pretty: false }));
    workshop.bareDb().pool.on('connect', (client) => here.add((client as unknown as { processID: number }).processID));
    const queue = await workshop.queue();
    await using workers = await startTransforming(workshop, 3);
    expect(workers.threads()).toBe(0);
    await queue.add(few);
    await expect.poll(() => workers.threads(), { timeout: 30_000 }).toBe(2);
    await queue.add(many);
    await expect.poll(through, { timeout: 30_000 }).toBe(0);
  }
  expect(
    await db
      .selectFrom('record')
      .select((eb) => eb.fn.countAll().as('n'))
      .executeTakeFirst(),
  ).toEqual({ n: 130 });
  const { rows } = await db.pool.query<{ pid: number }>('select distinct pid from writer');
  expect(rows.some(({ pid }) => !here.has(pid))).toBe(true);
  const open = `select count(*)::int as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name = 'thresher'`;
  await expect.poll(async () => (await db.pool.query<{ n: number }>(open)).rows[0]!.n).toBeLessThanOrEqual(db.pool.totalCount - 1);
});

test('a thread that is stopped while it starts ends', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const workerData: ThreadData = { env: { DATABASE_URL: database.url }, alias: 'none', logLevel: 'silent' };
  const thread = new Worker(new URL('../../bin/transform-thread.ts', import.meta.url), { workerData });
  thread.postMessage('stop' satisfies ThreadMessage);
  expect(await once(thread, 'exit')).toEqual([0]);
});
