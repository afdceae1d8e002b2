import { afterAll, beforeAll, expect, test } from 'vitest';
import { countRecords, countStored } from './count-records.ts';
import { findRecord, findRecords } from './find-records.ts';
import { readRecordsForIndex } from '../write/index-record.ts';
import { readFetched, saveFetched, statsOf } from './record-files.ts';
import { deletedRecord, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords } from '../write/write-records.ts';

let database: TestDatabase;
const day = (text: string) => ({ text, start: text, end: text });

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  await db
    .insertInto('harvest.source')
    .values([
      { name: 'a', base_url: 'https://a' },
      { name: 'b', base_url: 'https://b' },
    ])
    .execute();
  const conceptDoi = '10.5281/zenodo.100';
  await writeRecords(db, {
    sourceId: 1,
    pageId: 1,
    records: [
      sampleRecord(101, '2024-01-01', { conceptDoi, publicationDate: day('2024-01-01') }, ['user-a', 'user-b']),
      sampleRecord(103, '2024-03-01', { conceptDoi, publicationDate: day('2024-03-01') }),
      sampleRecord(102, '2024-02-01', { conceptDoi, publicationDate: day('2024-02-01') }),
      sampleRecord(104, '2024-04-01', { conceptDoi, publicationDate: day('2024-04-01') }),
      sampleRecord(200, '2024-01-01'),
    ],
  });
  await writeRecords(db, { sourceId: 1, pageId: 2, records: [deletedRecord(104, '2024-05-01')] });
  await writeRecords(db, {
    sourceId: 2,
    pageId: 3,
    records: [sampleRecord(200, '2024-01-01', { title: 'elsewhere' }), sampleRecord(300, '2024-01-01')],
  });
});
afterAll(() => database[Symbol.asyncDispose]());

test.each([
  [{ recid: 101 }, 'oai:zenodo.org:101'],
  [{ doi: '10.5281/zenodo.102' }, 'oai:zenodo.org:102'],
  [{ oaiIdentifier: 'oai:zenodo.org:300' }, 'oai:zenodo.org:300'],
  [{ conceptDoi: '10.5281/zenodo.100' }, 'oai:zenodo.org:103'],
  [{ doi: '10.5281/zenodo.104' }, 'oai:zenodo.org:104'],
  [{ recid: 999 }, undefined],
  [{ doi: "10.5281/'; drop table record" }, undefined],
])('%o finds %s', async (key, expected) => {
  expect((await findRecord(database.db, key))?.oaiIdentifier).toBe(expected);
});

test('what is found is the whole record', async () => {
  expect(await findRecord(database.db, { recid: 101 })).toEqual({
    recordId: 1,
    sourceId: 1,
    oaiIdentifier: 'oai:zenodo.org:101',
    revision: 1,
    deleted: false,
    isLatestVersion: false,
    metadata: sampleRecord(101, '', { conceptDoi: '10.5281/zenodo.100', publicationDate: day('2024-01-01') }).metadata,
    setSpecs: ['user-a', 'user-b'],
    datestamp: '2024-01-01T00:00:00.000Z',
    datestampText: '2024-01-01',
    firstSeenAt: expect.any(String),
    changedAt: expect.any(String),
    recid: 101,
    uniqueName: '101',
    sourceName: 'a',
    doi: '10.5281/zenodo.101',
    conceptDoi: '10.5281/zenodo.100',
    fetched: null,
  });
  expect(await findRecord(database.db, { recid: 104 })).toMatchObject({
    deleted: true,
    metadata: null,
    revision: 2,
    doi: '10.5281/zenodo.104',
  });
});

test('what was fetched of a record comes with it', async () => {
  const files = [{ key: 'b.csv', fileId: 'f', size: 3, checksum: 'md5:1', mimetype: null, url: 'https://s/b.csv' }];
  const wanted = { files, stats: statsOf((name) => (name === 'views' ? 7 : null)) };
  const at = new Date('2026-01-02T03:04:05.678Z');
  await saveFetched(database.db, 1, wanted, at);
  const fetched = { recordId: 1, status: 200, fetchedAt: at, ...wanted };
  expect(await findRecord(database.db, { recid: 101 })).toMatchObject({ fetched });
  expect((await findRecords(database.db, [[[{ recid: 101 }]], [[{ recid: 102 }]]])).map(([found]) => found?.fetched)).toEqual([
    fetched,
    null,
  ]);
  expect(await readFetched(database.db, [2, 1])).toEqual([fetched]);
  await saveFetched(database.db, 2, { files: null, stats: null }, at);
  expect(await readFetched(database.db, [2])).toMatchObject([{ files: null, stats: null }]);
});

test('reading for the index passes every record once', async () => {
  const seen: string[] = [];
  for (let afterId = 0; ;) {
    const batch = await readRecordsForIndex(database.db, { afterId, limit: 3 });
    if (batch.length === 0) break;
    seen.push(...batch.map((it) => `${it.sourceId} ${it.oaiIdentifier}`));
    afterId = batch.at(-1)?.recordId ?? 0;
  }
  expect(seen).toHaveLength(7);
  expect(new Set(seen).size).toBe(7);
  expect(await readRecordsForIndex(database.db, { afterId: 0, limit: 10, sourceId: 2 })).toHaveLength(2);
});

test('counts', async () => {
  expect(await countRecords(database.db, 1)).toEqual({ live: 4, deleted: 1 });
  expect(await countRecords(database.db, 9)).toEqual({ live: 0, deleted: 0 });
  const identifiers = ['oai:zenodo.org:101', 'oai:zenodo.org:104', 'oai:zenodo.org:101', 'oai:zenodo.org:300'];
  expect(await countStored(database.db, 1, identifiers)).toBe(2);
  expect(await countStored(database.db, 1, [])).toBe(0);
});
