import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countProvided, listProvided } from './provide-records.ts';
import { sampleRecord } from '../../test/sample-record.ts';
import { settledUntil } from '../database/settled.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords } from '../write/write-records.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  const source = await database.db
    .insertInto('harvest.source')
    .values({ name: 's', base_url: 'https://s' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const records = Array.from({ length: 5 }, (_, n) => sampleRecord(n + 1, '2024-01-01T00:00:00Z'));
  await writeRecords(database.db, { sourceId: source.id, pageId: 1, records });
});
afterAll(() => database[Symbol.asyncDispose]());

test('a list is counted, and where that takes too long it is not', async () => {
  const selection = { from: null, until: await settledUntil(database.db), setSpecs: null };
  expect(await countProvided(database.db, selection, 60_000)).toBe(5);
  await database.db.transaction().execute(async (trx) => {
    await sql`lock table record in access exclusive mode`.execute(trx);
    expect(await countProvided(database.db, selection, 50)).toBeNull();
  });
  expect(await countProvided(database.db, selection, 60_000)).toBe(5);
});

test('records changed in one statement have one instant, and pages still divide them', async () => {
  const selection = { from: null, until: await settledUntil(database.db), setSpecs: null };
  const names: string[] = [];
  for (let after: { changedAt: number; recordId: number } | null = null; ;) {
    const [record] = await listProvided(database.db, { ...selection, after, limit: 1, withMetadata: false, withFiles: false });
    if (record === undefined) break;
    names.push(record.oaiIdentifier);
    after = record;
  }
  expect(names).toHaveLength(5);
  expect(new Set(names).size).toBe(5);
});
