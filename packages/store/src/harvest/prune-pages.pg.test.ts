import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../database/db.ts';
import type { PageState, RunKind, RunState } from '../database/harvest-schema.ts';
import { prunablePages, prunePages } from './prune-pages.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';

let database: TestDatabase;
let db: Db;
let sourceId: number;

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await db.deleteFrom('harvest.source').execute();
  sourceId = (
    await db
      .insertInto('harvest.source')
      .values({ name: 's', base_url: 'https://example.org/oai' })
      .returning('id')
      .executeTakeFirstOrThrow()
  ).id;
});

interface RunFacts {
  readonly kind?: RunKind;
  readonly state?: RunState;
  readonly sets?: string[];
  readonly prefix?: string;
  readonly from?: Date;
  readonly until?: Date;
  readonly page?: PageState;
  readonly remap?: boolean;
  readonly endedDaysAgo?: number;
}

/** A run with one page; returns the page's id. */
async function addRun({
  kind = 'full',
  state = 'complete',
  sets = [],
  prefix = 'oai_datacite',
  from,
  until = new Date('2026-01-01'),
  page = 'done',
  remap = false,
  endedDaysAgo = 0,
}: RunFacts = {}): Promise<number> {
  const run = await db
    .insertInto('harvest.run')
    .values({
      source_id: sourceId,
      kind,
      state,
      metadata_prefix: prefix,
      set_specs: sets,
      from_datestamp: from ?? null,
      until_datestamp: until,
      finished_at: state === 'running' ? null : new Date(Date.now() - endedDaysAgo * 86_400_000),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const window = await db
    .insertInto('harvest.window')
    .values({ run_id: run.id, state: 'complete' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id } = await db
    .insertInto('harvest.page')
    .values({
      window_id: window.id,
      source_id: sourceId,
      attempt: 1,
      number: 0,
      verb: 'ListRecords',
      content: Buffer.from('bytes'),
      content_length: 9,
      record_count: 1,
      identifiers: ['oai:a:1'],
      state: page,
      remap,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Prunes until nothing is left, two pages at a time. */
async function pruneAll(searchable: boolean, days = 0): Promise<number> {
  for (let total = 0; ;) {
    const { pages, bytes } = await prunePages(db, { searchable, days }, 2);
    expect(bytes).toBe(pages * 5);
    total += pages;
    if (pages === 0) return total;
  }
}

async function kept(): Promise<number[]> {
  const rows = await db.selectFrom('harvest.page').select('id').where('content', 'is not', null).orderBy('id').execute();
  return rows.map((row) => row.id);
}

test('pages of the last complete full run and of what came after it stay; the rows of all stay', async () => {
  await addRun();
  await addRun({ kind: 'incremental', from: new Date('2025-06-01') });
  await addRun({ state: 'cancelled' });
  const last = await addRun();
  const after = await addRun({ kind: 'incremental', from: new Date('2026-01-01') });
  expect(await prunablePages(db, { searchable: true, days: 0 })).toEqual([{ source: 's', pages: 3, bytes: 15 }]);
  expect(await pruneAll(true)).toBe(3);
  expect(await kept()).toEqual([last, after]);
  expect(await db.selectFrom('harvest.page').select('identifiers').execute()).toHaveLength(5);
  expect(await pruneAll(true)).toBe(0);
});

test.each<[string, RunFacts, RunFacts]>([
  ['an incomplete run supersedes nothing', {}, { state: 'incomplete' }],
  ['nor does a running one', {}, { state: 'running' }],
  ['nor an incremental one', {}, { kind: 'incremental', from: new Date('2025-01-01') }],
  ['nor a full one from a date', {}, { from: new Date('2020-01-01') }],
  ['nor one that ends earlier', {}, { until: new Date('2025-01-01') }],
  ['nor one of a set', {}, { sets: ['user-a'] }],
  ['nor one of another set', { sets: ['user-b'] }, { sets: ['user-a'] }],
  ['nor one in another format', {}, { prefix: 'oai_dc' }],
  ['nor a membership run', {}, { kind: 'membership' }],
  ['a page that is not in search stays', { page: 'stored' }, {}],
  ['a page that is not in SQL stays', { page: 'fetched' }, {}],
  ['a page that is going to be mapped again stays', { remap: true }, {}],
])('%s', async (_, first, second) => {
  await addRun(first);
  await addRun(second);
  expect(await pruneAll(true)).toBe(0);
});

test.each<[string, RunFacts, RunFacts]>([
  ['a full run supersedes one of a set', { sets: ['user-a'] }, {}],
  ['one of two sets supersedes one of them', { sets: ['user-a'] }, { sets: ['user-b', 'user-a'] }],
  ['a dump supersedes a full one', {}, { kind: 'dump' }],
  ['a membership run supersedes its forerunner', { kind: 'membership', sets: ['user-a'] }, { kind: 'membership', sets: ['user-a'] }],
  ['a full run supersedes an incomplete one', { state: 'incomplete' }, {}],
])('%s', async (_, first, second) => {
  await addRun(first);
  const latest = await addRun(second);
  expect(await pruneAll(true)).toBe(1);
  expect(await kept()).toEqual([latest]);
});

test('without an index a page is through when it is in SQL', async () => {
  await addRun({ page: 'stored' });
  await addRun({ page: 'stored' });
  expect(await pruneAll(false)).toBe(1);
});

test('another source counts for itself', async () => {
  const own = await addRun();
  sourceId = (
    await db
      .insertInto('harvest.source')
      .values({ name: 't', base_url: 'https://example.com/oai' })
      .returning('id')
      .executeTakeFirstOrThrow()
  ).id;
  const other = await addRun();
  expect(await pruneAll(true)).toBe(0);
  expect(await kept()).toEqual([own, other]);
});

test('with a number of days, pages of runs that ended later stay', async () => {
  await addRun({ endedDaysAgo: 31 });
  const younger = await addRun({ endedDaysAgo: 29 });
  const last = await addRun();
  expect(await pruneAll(true, 30)).toBe(1);
  expect(await kept()).toEqual([younger, last]);
});
