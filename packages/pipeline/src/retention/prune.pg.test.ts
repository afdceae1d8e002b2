import { createLogger, onMeasurement } from '@thresher/runtime';
import { addWebhook, historyBegins } from '@thresher/store/changes';
import { createDb, type Db } from '@thresher/store/database';
import { lastPruning, type RetentionPolicy } from '@thresher/store/harvest';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPrunable, prune } from './prune.ts';

let database: TestDatabase;
let db: Db;
const never = new AbortController().signal;
const log = createLogger({ level: 'silent' });
const keepsAll: RetentionPolicy = { pages: null, history: null, deliveries: null };
const policy: RetentionPolicy = { pages: 30, history: 30, deliveries: 30 };

beforeEach(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
});
afterEach(() => database[Symbol.asyncDispose]());

const ago = (days: number): Date => new Date(Date.now() - days * 86_400_000);

/** 40 old and 3 young of each: superseded pages, revisions, delivered messages. And what has to stay, however old it is. */
async function fill(): Promise<void> {
  const source = await db
    .insertInto('harvest.source')
    .values({ name: 's', base_url: 'https://s' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const run = async (finishedAt: Date) =>
    (
      await db
        .insertInto('harvest.run')
        .values({
          source_id: source.id,
          kind: 'full',
          state: 'complete',
          metadata_prefix: 'p',
          from_datestamp: null,
          until_datestamp: finishedAt,
          finished_at: finishedAt,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id;
  const pagesOf = async (runId: number, count: number) => {
    const window = await db.insertInto('harvest.window').values({ run_id: runId }).returning('id').executeTakeFirstOrThrow();
    const page = (number: number) => ({
      window_id: window.id,
      source_id: source.id,
      attempt: 1,
      number,
      verb: 'ListRecords' as const,
      content: Buffer.from('bytes'),
      content_length: 9,
      record_count: 0,
      identifiers: [],
      state: 'done' as const,
    });
    await db
      .insertInto('harvest.page')
      .values(Array.from({ length: count }, (_, n) => page(n)))
      .execute();
  };
  await pagesOf(await run(ago(60)), 40);
  await pagesOf(await run(ago(20)), 3);
  await pagesOf(await run(ago(0)), 5);
  await db.pool.query(
    `
    insert into record (source_id, oai_identifier, datestamp_text, metadata_hash, page_id, first_seen_at)
    select $1, 'oai:s:' || n, '2024', '\\x00', 1, now() - interval '90 days' from generate_series(1, 43) n`,
    [source.id],
  );
  await db.pool.query(`
    insert into record_history (record_id, revision, datestamp_text, deleted, set_specs, metadata, metadata_hash, page_id, changed_paths, changed_at, replaced_at, replaced_by_page_id)
    select id, 1, '2024', false, '{}', '{"communities": ["c"]}', '\\x00', 1, '{title}', now() - interval '90 days',
      case when row_number() over (order by id) <= 40 then now() - interval '60 days' else now() end, 2 from record`);
  await db.pool.query(`insert into harvest.community_step select 'c', replaced_at, record_id, revision from record_history`);
  const after = { at: Date.now() * 1_000, recordId: 0, revision: 0 };
  const { id } = await addWebhook(db, { url: 'https://hook', secret: 's', types: null, communities: null, after });
  await db.pool.query(
    `
    insert into harvest.webhook_delivery (webhook_id, body, changes, state, ended_at)
    select $1, '{}', 1, state, at from (
      select 'delivered' as state, now() - interval '60 days' as at from generate_series(1, 40)
      union all select 'delivered', now() from generate_series(1, 3)
      union all select 'failed', now() - interval '60 days' from generate_series(1, 2)
      union all select 'pending', null from generate_series(1, 2)) d`,
    [id],
  );
}

/** What is there. */
async function counts() {
  const { rows } = await db.pool.query<Record<string, string>>(`select
    (select count(*) from harvest.page where content is not null) as pages, (select count(*) from harvest.page) as page_rows,
    (select count(*) from record_history) as revisions, (select count(*) from harvest.community_step) as steps,
    (select count(*) from harvest.webhook_delivery) as deliveries, (select count(*) from record) as records`);
  return Object.fromEntries(Object.entries(rows[0]!).map(([name, n]) => [name, Number(n)]));
}

/** What the ledger says was deleted, in all prunings. */
async function ledger() {
  const { rows } = await db.pool.query<
    Record<string, string>
  >(`select sum(pages) as pages, sum(page_bytes) as page_bytes, sum(revisions) as revisions,
    sum(steps) as steps, sum(deliveries) as deliveries from harvest.pruning`);
  return Object.fromEntries(Object.entries(rows[0]!).map(([name, n]) => [name, Number(n)]));
}

const everything = { pages: 48, page_rows: 48, revisions: 43, steps: 43, deliveries: 47, records: 43 };
const kept = { pages: 8, page_rows: 48, revisions: 3, steps: 3, deliveries: 7, records: 43 };
const deleted = { pages: 40, page_bytes: 200, revisions: 40, steps: 40, deliveries: 40 };

test('what is old and not needed goes, all else stays, and the ledger, the metric and the log say what went', async () => {
  await fill();
  expect(await counts()).toEqual(everything);
  const deps = { db, log, searchable: true };
  expect(await findPrunable(deps, policy)).toEqual({ pages: [{ source: 's', pages: 40, bytes: 200 }], revisions: 40, deliveries: 40 });
  expect(await counts()).toEqual(everything);
  const measured: Record<string, number> = {};
  const lines: object[] = [];
  using _ = onMeasurement(({ measure, labels, value }) => {
    if (measure === 'pruned') measured[labels['what']!] = (measured[labels['what']!] ?? 0) + value;
  });
  const noting = { ...log, info: (line: object) => void lines.push(line) } as unknown as typeof log;
  const result = await prune({ ...deps, log: noting }, policy, never, 7);
  expect(result).toEqual({ pages: 40, pageBytes: 200, revisions: 40, steps: 40, deliveries: 40 });
  expect(await counts()).toEqual(kept);
  expect(await ledger()).toEqual(deleted);
  expect(measured).toEqual({ pages: 40, revisions: 40, steps: 40, deliveries: 40 });
  expect(lines).toEqual([expect.objectContaining({ policy, ...result })]);
  expect(await lastPruning(db)).toMatchObject({ policy, pages: 40, revisions: 40, deliveries: 40, ended_at: expect.any(Date) as Date });
  const begins = await historyBegins(db);
  expect(begins).toBeGreaterThan(ago(61).getTime() * 1_000);
  expect(begins).toBeLessThan(ago(59).getTime() * 1_000);
  await prune(deps, policy, never);
  expect(await counts()).toEqual(kept);
});

test('a policy without numbers deletes nothing', async () => {
  await fill();
  const deps = { db, log, searchable: true };
  expect(await findPrunable(deps, keepsAll)).toEqual({ pages: [], revisions: 0, deliveries: 0 });
  await prune(deps, keepsAll, never);
  expect(await counts()).toEqual(everything);
  expect(await lastPruning(db)).toBeUndefined();
  expect(await historyBegins(db)).toBe(0);
});

/** What is gone is what the ledger says, and a second pruning ends the work. */
async function expectHalfDone(among: 'pages' | 'revisions' | 'deliveries'): Promise<void> {
  const [half, noted] = [await counts(), await ledger()];
  expect(half[among]).toBeGreaterThan(kept[among]);
  expect(half[among]).toBeLessThan(everything[among]);
  for (const what of ['pages', 'revisions', 'steps', 'deliveries'] as const) expect(everything[what] - half[what]!).toBe(noted[what]);
  await prune({ db, log, searchable: true }, policy, never);
  expect(await counts()).toEqual(kept);
  expect(await ledger()).toEqual(deleted);
}

test.each(['pages', 'revisions', 'deliveries'] as const)('stopped among the %s, the next one ends the work', async (among) => {
  await fill();
  const stop = new AbortController();
  {
    using _ = onMeasurement(({ measure, labels }) => {
      if (measure === 'pruned' && labels['what'] === among) stop.abort(new Error('stopped'));
    });
    await expect(prune({ db, log, searchable: true }, policy, stop.signal, 3)).rejects.toThrow('stopped');
  }
  await expectHalfDone(among);
});

test('its session killed in the middle of a transaction, the ledger is right, and the next one ends the work', async () => {
  await fill();
  await using other = createDb(database.url);
  const holder = await other.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('select from record_history where record_id = (select id from record order by id offset 20 limit 1) for update');
    const work = prune({ db, log, searchable: true }, policy, never, 3).then(
      () => null,
      (error: unknown) => error,
    );
    const killed = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await other.pool.query(killed)).rowCount === 0) continue;
    expect(await work).toBeInstanceOf(Error);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect((await ledger())['revisions']).toBe(18);
  await expectHalfDone('revisions');
});
