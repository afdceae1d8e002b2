import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HarvestedRecord } from './harvested-record.ts';
import { deletedRecord, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { clearUnindexed, readUnindexed } from './unindexed.ts';
import { writeRecords, type WrittenRecords } from './write-records.ts';
import { deleteRecords } from './write-tombstones.ts';

let database: TestDatabase;
let sourceId: number;
let pageId = 0;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  sourceId = await newSource('one');
});
afterAll(() => database[Symbol.asyncDispose]());

async function newSource(name: string): Promise<number> {
  const values = { name, base_url: `https://${name}` };
  return (await database.db.insertInto('harvest.source').values(values).returning('id').executeTakeFirstOrThrow()).id;
}

function versionOf(concept: number | null, number: number, day: string | null, datestamp = '2024-01-01T00:00:00Z'): HarvestedRecord {
  return sampleRecord(number, datestamp, {
    conceptDoi: concept === null ? null : `10.5281/zenodo.${concept}`,
    publicationDate: day === null ? null : { text: day, start: day, end: day },
  });
}

async function write(...records: HarvestedRecord[]): Promise<WrittenRecords> {
  pageId += 1;
  return writeRecords(database.db, { sourceId, pageId, records });
}

async function latestOf(concept: number, source = sourceId): Promise<number[]> {
  const { rows } = await sql<{ recid: number }>`select recid from record
    where source_id = ${source} and concept_doi = ${`10.5281/zenodo.${concept}`} and is_latest_version and not deleted order by recid`.execute(
    database.db,
  );
  return rows.map((row) => row.recid);
}

const sent = (page: WrittenRecords) =>
  page.toIndex.map((it) => [Number(it.oaiIdentifier.split(':')[2]), it.revision, it.isLatestVersion]).toSorted((a, b) => +a[0]! - +b[0]!);

test('the newest by publication date, then record number; a record without a concept is its own', async () => {
  const page = await write(
    versionOf(100, 101, '2020-01-01'),
    versionOf(100, 103, '2021-01-01'),
    versionOf(100, 102, '2021-01-01'),
    versionOf(100, 104, null),
    versionOf(null, 105, '2019-01-01'),
  );
  expect(await latestOf(100)).toEqual([103]);
  // Inserted as what they are: nothing is changed, and noted, afterwards.
  expect(page.noted).toBe(false);
  expect(sent(page)).toEqual([
    [101, 1, false],
    [102, 1, false],
    [103, 1, true],
    [104, 1, false],
    [105, 1, true],
  ]);
});

test('a year of five digits, or before Christ, is compared by PostgreSQL', async () => {
  const page = await write(
    versionOf(150, 151, '2020-01-01'),
    versionOf(150, 152, '20230-01-01'),
    versionOf(160, 161, '-0043-03-15'),
    versionOf(160, 162, '-0044-03-15'),
  );
  expect([await latestOf(150), await latestOf(160)]).toEqual([[152], [161]]);
  expect(page.noted).toBe(true);
});

test('a new version takes the place, and the page tells of the one that lost it', async () => {
  await write(versionOf(200, 201, '2020-01-01'));
  const page = await write(versionOf(200, 202, '2021-01-01'));
  expect(sent(page)).toEqual([
    [201, 2, false],
    [202, 1, true],
  ]);
  expect(page).toMatchObject({ inserted: 1, changed: 0, noted: true });
  expect((await write(versionOf(201, 203, '2021-01-01'))).noted).toBe(false);
});

test('an older version that comes later does not', async () => {
  await write(versionOf(300, 302, '2021-01-01'));
  expect(sent(await write(versionOf(300, 301, '2020-01-01')))).toEqual([[301, 2, false]]);
});

test('the latest deleted, the one before is the latest; revived, it is again', async () => {
  await write(versionOf(400, 401, '2020-01-01'), versionOf(400, 402, '2021-01-01'));
  expect(sent(await write(deletedRecord(402, '2024-02-01T00:00:00Z')))).toEqual([
    [401, 2, true],
    [402, 2, true],
  ]);
  expect(await latestOf(400)).toEqual([401]);
  await write(versionOf(400, 402, '2021-01-01', '2024-03-01T00:00:00Z'));
  expect(await latestOf(400)).toEqual([402]);
});

test('what vanished is no version either', async () => {
  const { toIndex } = await write(versionOf(500, 501, '2020-01-01'), versionOf(500, 502, '2021-01-01'));
  await clearUnindexed(
    database.db,
    (await readUnindexed(database.db, 1_000)).map((it) => ({ ...it, statsRevision: 0 })),
  );
  await deleteRecords(database.db, sourceId, [{ recordId: toIndex[1]!.recordId, reason: 'gone' }]);
  expect(await latestOf(500)).toEqual([501]);
  expect((await readUnindexed(database.db, 10)).map((it) => [it.deleted, it.isLatestVersion])).toContainEqual([false, true]);
});

test('a record that moves to another concept leaves a latest version behind', async () => {
  await write(versionOf(600, 601, '2020-01-01'), versionOf(600, 602, '2021-01-01'), versionOf(700, 701, '2022-01-01'));
  await write(versionOf(700, 602, '2021-01-01', '2024-02-01T00:00:00Z'));
  expect([await latestOf(600), await latestOf(700)]).toEqual([[601], [701]]);
  await write(versionOf(null, 602, '2021-01-01', '2024-03-01T00:00:00Z'));
  const row = await database.db.selectFrom('record').select('is_latest_version').where('recid', '=', 602).executeTakeFirstOrThrow();
  expect(row.is_latest_version).toBe(true);
});

test('the same concept at another source is another', async () => {
  await write(versionOf(800, 801, '2020-01-01'));
  const mirror = await newSource('mirror');
  pageId += 1;
  await writeRecords(database.db, { sourceId: mirror, pageId, records: [versionOf(800, 802, '2021-01-01')] });
  expect([await latestOf(800), await latestOf(800, mirror)]).toEqual([[801], [802]]);
});

test('harvested again, nothing is written', async () => {
  const records = [versionOf(900, 901, '2020-01-01'), versionOf(900, 902, '2021-01-01')];
  await write(...records);
  const rows = () =>
    sql`select xmin::text, ctid::text, revision from record where concept_doi = '10.5281/zenodo.900' order by id`.execute(database.db);
  const before = (await rows()).rows;
  expect(await write(...records)).toMatchObject({ unchanged: 2, toIndex: [], noted: false });
  expect((await rows()).rows).toEqual(before);
});

test('after a crash between writing and marking, the page does it when it comes again', async () => {
  await write(versionOf(1000, 1001, '2020-01-01'), versionOf(1000, 1002, '2021-01-01'));
  await sql`update record set is_latest_version = true where concept_doi = '10.5281/zenodo.1000'`.execute(database.db);
  await writeRecords(database.db, {
    sourceId,
    pageId,
    records: [versionOf(1000, 1001, '2020-01-01'), versionOf(1000, 1002, '2021-01-01')],
  });
  expect(await latestOf(1000)).toEqual([1002]);
});

test('workers that write versions of the same concepts at once leave one latest each', { timeout: 60_000 }, async () => {
  const concepts = Array.from({ length: 5 }, (_, n) => 2_000 + n * 100);
  const numbers = Array.from({ length: 40 }, (_, n) => 1 + ((n * 7) % 40));
  const pages = numbers.map((n) => concepts.map((concept) => versionOf(concept, concept + n, n % 3 === 0 ? '2021-01-01' : '2020-01-01')));
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let page = pages.pop(); page; page = pages.pop()) await write(...page);
    }),
  );
  for (const concept of concepts) expect(await latestOf(concept)).toEqual([concept + 39]);
  const newest = concepts.map((concept) => deletedRecord(concept + 39, '2025-01-01T00:00:00Z'));
  await Promise.all(newest.map((record) => write(record)));
  for (const concept of concepts) expect(await latestOf(concept)).toEqual([concept + 36]);
});
