import { readFacts } from '@thresher/datacite';
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

/** As a JSON dump brings it, with a file and a reference. */
const whole = (number: number, datestamp: string, views = 1) => {
  const counts = { views, unique_views: 1, downloads: 0, unique_downloads: 0, data_volume: 0 };
  const facts = readFacts({
    created: '2024-01-01T00:00:00Z',
    metadata: { references: [{ reference: 'Tidal, 2001' }] },
    files: { entries: { 'a.csv': { key: 'a.csv', size: number, checksum: 'md5:0' } } },
    stats: { all_versions: counts, this_version: counts },
  });
  return { ...rich(number, datestamp), json: { asOf: new Date('2026-09-05'), facts } };
};

test('new records of a JSON dump are written once each, with their facts', { timeout: 30_000 }, async () => {
  const one = await statementsFor(101, [whole(20_000, '2024-01-01')]);
  const tables = copied();
  expect(one).toBe(6 + tables);
  const records = numbers(21_000, 300).map((it) => whole(it, '2024-01-01'));
  expect(await statementsFor(102, records)).toBe(6 + tables);
  expect(statements.filter((statement) => /^\s*(with .*)?(update|delete from) public\./s.test(statement))).toEqual([]);
  const { rows } = await db.pool.query(`
    select count(*)::int as records, max(r.revision) as revision, sum(s.views)::int as views, sum(s.total_size)::int as bytes,
      (select count(*)::int from record_file f join record o on o.id = f.record_id where o.recid between 21000 and 21299) as files,
      (select count(*)::int from record_reference f join record o on o.id = f.record_id where o.recid between 21000 and 21299) as refs
    from record r join record_stats s on s.record_id = r.id where recid between 21000 and 21299 and r.created_at = '2024-01-01T00:00:00Z'`);
  expect(rows).toEqual([
    { records: 300, revision: 1, views: 300, bytes: numbers(21_000, 300).reduce((a, b) => a + b), files: 300, refs: 300 },
  ]);
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
