import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSteps, type RecordStep, type StepPlace } from './list-changes.ts';
import { up } from '../../migrations/20261121T151500-community-steps.ts';
import { createDb } from '../database/db.ts';
import { deleteRecordRows, removeSource } from '../harvest/sources.ts';
import { deletedRecord, richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords } from '../write/write-records.ts';
import { writeHeaders } from '../write/write-sets.ts';
import { deleteRecords } from '../write/write-tombstones.ts';

let database: TestDatabase;
let sourceId: number;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  const source = await database.db
    .insertInto('harvest.source')
    .values({ name: 's', base_url: 'https://s' })
    .returning('id')
    .executeTakeFirstOrThrow();
  sourceId = source.id;
});
afterAll(() => database[Symbol.asyncDispose]());

const day = (number: number): string => new Date(Date.UTC(2024, 0, number)).toISOString();
const record = (number: number, on: number, title: string, communities: string[] = []) =>
  sampleRecord(
    number,
    day(on),
    { ...richMetadata, title, communities },
    communities.map((slug) => `user-${slug}`),
  );

async function readAll(after: StepPlace | null = null, limit = 3, communities: string[] | null = null): Promise<RecordStep[]> {
  const read: RecordStep[] = [];
  for (;;) {
    const { steps } = await listSteps(database.db, { after: read.at(-1) ?? after, limit, communities });
    if (steps.length === 0) return read;
    read.push(...steps);
  }
}

test('each step of a record is listed once, with its state before and after', async () => {
  await writeRecords(database.db, { sourceId, pageId: 1, records: [record(1, 1, 'a', ['x']), record(2, 1, 'b')] });
  await writeRecords(database.db, { sourceId, pageId: 2, records: [record(1, 2, 'a', ['y']), record(2, 1, 'b')] });
  await writeRecords(database.db, { sourceId, pageId: 3, records: [deletedRecord(1, day(3))] });
  await writeRecords(database.db, { sourceId, pageId: 4, records: [record(1, 4, 'a again', ['y'])] });
  // Only a newer datestamp: nothing to tell.
  await writeRecords(database.db, { sourceId, pageId: 5, records: [record(2, 5, 'b')] });
  const [first, second] = [record(1, 1, '').header.identifier, record(2, 1, '').header.identifier];
  const told = (await readAll()).map(({ oaiIdentifier, before, after }) => [
    oaiIdentifier,
    before && [before.deleted, ...before.communities],
    [after.deleted, ...after.communities],
  ]);
  expect(told).toEqual([
    [first, null, [false, 'x']],
    [second, null, [false]],
    [first, [false, 'x'], [false, 'y']],
    [first, [false, 'y'], [true]],
    [first, [true], [false, 'y']],
  ]);
});

const concernsOneOf =
  (...communities: string[]) =>
  ({ before, after }: RecordStep): boolean =>
    [...(before?.communities ?? []), ...after.communities].some((slug) => communities.includes(slug));

test.each([[['x']], [['y']], [['x', 'y', 'x']], [['nowhere']], [[]]])(
  'the steps of %j are those of all that concern them',
  async (communities) => {
    const all = await readAll();
    expect(await readAll(null, 2, communities)).toEqual(all.filter(concernsOneOf(...communities)));
  },
);

test('what is read follows the community, not the records', async () => {
  const others = Array.from({ length: 500 }, (_, n) => record(3_000 + n, 1, 'other', ['large']));
  await writeRecords(database.db, { sourceId, pageId: 50, records: [...others, record(4_000, 1, 'the one', ['small'])] });
  await using db = createDb({ connectionString: database.url, max: 1, options: '-c enable_seqscan=off' });
  const fetched = async (): Promise<number> => {
    await sql`select pg_stat_force_next_flush()`.execute(db);
    const { rows } = await sql<{ n: number }>`select sum(idx_tup_fetch + seq_tup_read)::bigint as n from pg_stat_user_tables
      where relname in ('record', 'record_history', 'community_step', 'record_community')`.execute(db);
    return rows[0]!.n;
  };
  const before = await fetched();
  expect((await listSteps(db, { after: null, limit: 100, communities: ['small'] })).steps).toHaveLength(1);
  expect((await listSteps(db, { after: null, limit: 5, communities: ['large'] })).steps).toHaveLength(5);
  expect((await fetched()) - before).toBeLessThan(50);
});

test('sets that a list of headers shows, and deletions, are steps of the communities left', async () => {
  const { identifier } = record(4_000, 1, '').header;
  await writeHeaders(database.db, {
    sourceId,
    pageId: 60,
    setSpec: null,
    headers: [{ identifier, setSpecs: ['user-tiny'], deleted: false }],
  });
  const [step] = (await readAll(null, 10, ['tiny'])).slice(-1);
  expect(step).toMatchObject({ before: { communities: ['small'] }, after: { communities: ['tiny'] } });
  await deleteRecords(database.db, sourceId, [{ recordId: step!.recordId, reason: 'gone' }]);
  expect((await readAll(step, 10, ['tiny'])).map(({ after }) => after.deleted)).toEqual([true]);
  expect((await readAll(null, 10, ['small'])).map(({ revision }) => revision)).toEqual([0, 1]);
});

test('the steps of a database that had none of these rows are those that writing notes', async () => {
  const noted = sql<object>`select * from harvest.community_step order by 1, 2, 3, 4`;
  const { rows: before } = await noted.execute(database.db);
  await sql`drop table harvest.community_step`.execute(database.db);
  await up(database.db as unknown as Kysely<unknown>);
  expect((await noted.execute(database.db)).rows).toEqual(before);
});

test('a source that is removed takes them with it', async () => {
  const { id } = await database.db
    .insertInto('harvest.source')
    .values({ name: 'passing', base_url: 'https://passing' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { toIndex } = await writeRecords(database.db, { sourceId: id, pageId: 70, records: [record(5_000, 1, 'a', ['gone'])] });
  await deleteRecordRows(
    database.db,
    toIndex.map((it) => it.recordId),
  );
  expect(await readAll(null, 10, ['gone'])).toEqual([]);
  await removeSource(database.db, id);
  const { rows } = await sql`select from harvest.community_step where community = 'gone'`.execute(database.db);
  expect(rows).toHaveLength(0);
});

test('a reader misses no step while four writers work, and gets none twice', async () => {
  const [last] = (await readAll()).slice(-1);
  const pages = Array.from({ length: 60 }, (_page, page) => ({
    sourceId,
    pageId: 100 + page,
    records: Array.from({ length: 15 }, (_record, n) => {
      const number = 1_000 + ((n * 7 + page * 11) % 80);
      return (number + page) % 9 === 0
        ? deletedRecord(number, day(page + 1))
        : record(number, page + 1, `version ${page}`, [`c${page % 3}`]);
    }),
  }));
  let writing = true;
  const write = async () => {
    for (let page = pages.shift(); page; page = pages.shift()) await writeRecords(database.db, page);
  };
  const writers = Promise.all([write(), write(), write(), write()]).finally(() => (writing = false));
  const read: RecordStep[] = [];
  const readOfOne: RecordStep[] = [];
  while (writing) {
    read.push(...(await listSteps(database.db, { after: read.at(-1) ?? last!, limit: 50 })).steps);
    readOfOne.push(...(await listSteps(database.db, { after: readOfOne.at(-1) ?? last!, limit: 20, communities: ['c1'] })).steps);
  }
  await writers;
  read.push(...(await readAll(read.at(-1) ?? last!, 50)));
  readOfOne.push(...(await readAll(readOfOne.at(-1) ?? last!, 50, ['c1'])));
  // The title is the present one, whenever that is.
  const withoutTitle = (step: RecordStep) => ({ ...step, title: null });
  expect(readOfOne.map(withoutTitle)).toEqual(read.filter(concernsOneOf('c1')).map(withoutTitle));
  expect(readOfOne.length).toBeGreaterThan(20);
  const { rows } = await sql<{ key: string }>`
    select id || ':0' as key from record where id > ${last!.recordId} and oai_identifier like '%:1%'
    union all select h.record_id || ':' || h.revision from record_history h where h.replaced_by_page_id >= 100`.execute(database.db);
  const keys = read.map((step) => `${step.recordId}:${step.revision}`);
  expect(keys).toHaveLength(new Set(keys).size);
  expect(keys.toSorted()).toEqual(rows.map((row) => row.key).toSorted());
  expect(keys.length).toBeGreaterThan(80);
});
