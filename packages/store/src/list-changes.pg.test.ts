import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSteps, type RecordStep, type StepPlace } from './list-changes.ts';
import { deletedRecord, richMetadata, sampleRecord } from './sample-record.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';
import { writeRecords } from './write-records.ts';

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

async function readAll(after: StepPlace | null = null, limit = 3): Promise<RecordStep[]> {
  const read: RecordStep[] = [];
  for (;;) {
    const { steps } = await listSteps(database.db, { after: read.at(-1) ?? after, limit });
    if (steps.length === 0) return read;
    read.push(...steps);
  }
}

test('each step of a record is told once, with what it was before and after', async () => {
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

test('a reader beside four writers misses no step and gets none twice', async () => {
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
  while (writing) read.push(...(await listSteps(database.db, { after: read.at(-1) ?? last!, limit: 50 })).steps);
  await writers;
  read.push(...(await readAll(read.at(-1) ?? last!, 50)));
  const { rows } = await sql<{ key: string }>`
    select id || ':0' as key from record where id > ${last!.recordId} and oai_identifier like '%:1%'
    union all select h.record_id || ':' || h.revision from record_history h where h.replaced_by_page_id >= 100`.execute(database.db);
  const keys = read.map((step) => `${step.recordId}:${step.revision}`);
  expect(keys).toHaveLength(new Set(keys).size);
  expect(keys.toSorted()).toEqual(rows.map((row) => row.key).toSorted());
  expect(keys.length).toBeGreaterThan(80);
});
