import { type Kysely, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from './db.ts';
import { deletedRecord, sampleRecord } from './sample-record.ts';
import { asMicros, settledUntil } from './settled.ts';
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

const day = '2024-01-01T00:00:00Z';
const changedAt = async (): Promise<number[]> => {
  const { rows } = await sql<{ at: number }>`select ${asMicros(sql`changed_at`)} as at from record order by changed_at`.execute(
    database.db,
  );
  return rows.map((row) => row.at);
};

/** `writeRecords` opens its own transaction: with this it writes in one that goes on. */
function goingOn(trx: Transaction<Database>): Kysely<Database> {
  const transaction = () => ({ execute: (work: (inner: typeof trx) => unknown) => work(trx) });
  return new Proxy<Kysely<Database>>(trx, {
    get: (target, name) => (name === 'transaction' ? transaction : bound(Reflect.get(target, name), target)),
  });
}

const bound = (value: unknown, target: object): unknown => (typeof value === 'function' ? value.bind(target) : value);

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
  await database.db.transaction().execute(async (trx) => {
    await writeRecords(goingOn(trx), {
      sourceId,
      pageId,
      records,
    });
    duringIt = await settledUntil(database.db);
  });
  const written = (await changedAt()).filter((at) => !before.has(at));
  expect(written).toHaveLength(1);
  expect(duringIt).toBeLessThan(written[0]!);
  expect(await settledUntil(database.db)).toBeGreaterThan(written[0]!);
});

test('a transaction that began long ago and writes only now does not write into what was settled', async () => {
  let settled = 0;
  await database.db.transaction().execute(async (trx) => {
    await sql`select count(*) from record`.execute(trx);
    settled = await settledUntil(database.db);
    await writeRecords(goingOn(trx), {
      sourceId,
      pageId: 9,
      records: [sampleRecord(4, day), deletedRecord(2, '2024-03-01T00:00:00Z')],
    });
  });
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
