import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDb, type Db } from '../database/db.ts';
import { deletedRecord, richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords } from './write-records.ts';

let database: TestDatabase;
let db: Db;
const statements: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = createDb({ connectionString: database.url, max: 1 });
  db.pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const counted = (...args: unknown[]): unknown => {
      statements.push(typeof args[0] === 'string' ? args[0] : String((args[0] as { text: string }).text));
      return query(...args);
    };
    client.query = counted as typeof client.query;
  });
  await db.insertInto('harvest.source').values({ name: 'x', base_url: 'https://x' }).execute();
});
afterAll(async () => {
  await db.destroy();
  await database[Symbol.asyncDispose]();
});

async function statementsFor(pageId: number, records: Parameters<typeof writeRecords>[1]['records']): Promise<number> {
  statements.length = 0;
  await writeRecords(db, { sourceId: 1, pageId, records });
  return statements.length;
}

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n);
const rich = (number: number, datestamp: string) =>
  sampleRecord(number, datestamp, { ...richMetadata, doi: `10.1/${number}`, conceptDoi: `10.1/concept-${number}` }, ['a', 'b']);

const copied = () => statements.filter((statement) => statement.startsWith('copy ')).length;

test('a page of new records takes six statements and one for each table, of 1 record or of 1,000', { timeout: 30_000 }, async () => {
  const one = await statementsFor(1, [rich(1, '2024-01-01')]);
  const tables = copied();
  expect(tables).toBeGreaterThan(10);
  expect(one).toBe(6 + tables);
  const many = numbers(1_000, 1_000).map((it) => rich(it, '2024-01-01'));
  expect(await statementsFor(2, many)).toBe(6 + tables);
});

test('a page without news takes one, a page that was written before three', { timeout: 30_000 }, async () => {
  const records = numbers(1_000, 1_000).map((it) => rich(it, '2024-01-01'));
  expect(await statementsFor(3, records)).toBe(1);
  expect(await statementsFor(2, records)).toBe(3);
});

test('a page with everything at once takes as many for many records as for few', { timeout: 30_000 }, async () => {
  const page = (count: number) => [
    ...numbers(1_000, count).map((it) =>
      sampleRecord(it, '2024-02-01', { ...richMetadata, conceptDoi: null, title: `new ${it}`, sizes: [] }, ['c']),
    ),
    ...numbers(1_300, count).map((it) => deletedRecord(it, '2024-02-01')),
    ...numbers(1_600, count).map((it) => ({
      ...rich(it, '2024-03-01'),
      issues: [{ code: 'x', path: '', value: null, severity: 'info' as const }],
    })),
    ...numbers(5_000 + count, count).map((it) => rich(it, '2024-02-01')),
  ];
  const few = await statementsFor(4, page(1));
  const many = await statementsFor(5, page(300));
  expect(many).toBe(few);
  expect(many - copied()).toBeLessThanOrEqual(16);
});
