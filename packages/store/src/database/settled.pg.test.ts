import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDb, type Db } from './db.ts';
import { deletedRecord, sampleRecord } from '../../test/sample-record.ts';
import { asMicros, settledUntil } from './settled.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords } from '../write/write-records.ts';

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

const day = '2024-01-01T00:00:00Z';
const changedAt = async (): Promise<number[]> => {
  const { rows } = await sql<{ at: number }>`select ${asMicros(sql`changed_at`)} as at from record order by changed_at`.execute(
    database.db,
  );
  return rows.map((row) => row.at);
};

/** Lets `work` begin, and what it writes in its transaction stop before a statement until `meanwhile` is over. */
async function stoppedBefore(isIt: (statement: string) => boolean, work: (db: Db) => Promise<unknown>, meanwhile: () => Promise<void>) {
  await using db = createDb({ connectionString: database.url, max: 1 });
  const stopped = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let began = false;
  db.pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const stopping = async (...args: unknown[]): Promise<unknown> => {
      stopped.resolve();
      await goOn.promise;
      return query(...args);
    };
    client.query = ((...args: unknown[]) => {
      const stops = began && typeof args[0] === 'string' && isIt(args[0]);
      began ||= args[0] === 'begin';
      return stops ? stopping(...args) : query(...args);
    }) as PoolClient['query'];
  });
  const working = work(db);
  await Promise.race([stopped.promise, working]);
  await meanwhile();
  goOn.resolve();
  await working;
}

test('what is settled is now, and it lies after all that was written', async () => {
  await writeRecords(database.db, { sourceId, pageId: 1, records: [sampleRecord(1, day), sampleRecord(2, day)] });
  const settled = await settledUntil(database.db);
  const [first, second] = await changedAt();
  expect(first).toBe(second);
  expect(settled).toBeGreaterThan(first!);
});

test.each([
  ['inserts', 2, [sampleRecord(3, day)]],
  ['changes', 3, [deletedRecord(1, '2024-02-01T00:00:00Z')]],
])('while a transaction %s, nothing is settled that it may still commit', async (_, pageId, records) => {
  const before = new Set(await changedAt());
  let duringIt = 0;
  await stoppedBefore(
    (statement) => statement === 'commit',
    (db) => writeRecords(db, { sourceId, pageId, records }),
    async () => void (duringIt = await settledUntil(database.db)),
  );
  const written = (await changedAt()).filter((at) => !before.has(at));
  expect(written).toHaveLength(1);
  expect(duringIt).toBeLessThan(written[0]!);
  expect(await settledUntil(database.db)).toBeGreaterThan(written[0]!);
});

test('a transaction that began long ago and writes only now does not write into what was settled', async () => {
  let settled = 0;
  await stoppedBefore(
    () => true,
    (db) => writeRecords(db, { sourceId, pageId: 9, records: [sampleRecord(4, day), deletedRecord(2, '2024-03-01T00:00:00Z')] }),
    async () => void (settled = await settledUntil(database.db)),
  );
  const { rows } = await sql<{ at: number }>`
    select ${asMicros(sql`changed_at`)} as at from record where oai_identifier = any(${[sampleRecord(4, day), sampleRecord(2, day)].map((one) => one.header.identifier)})`.execute(
    database.db,
  );
  expect(rows).toHaveLength(2);
  for (const { at } of rows) expect(at).toBeGreaterThanOrEqual(settled);
});

test('a reader of the records, however long, holds nothing up', async () => {
  await database.db.transaction().execute(async (trx) => {
    await sql`select count(*) from record`.execute(trx);
    const { rows } = await sql<{ at: number }>`select ${asMicros(sql`clock_timestamp()`)} as at`.execute(trx);
    expect(await settledUntil(database.db)).toBeGreaterThan(rows[0]!.at);
  });
});
