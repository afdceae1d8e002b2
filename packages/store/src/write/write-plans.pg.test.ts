import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createDb } from '../database/db.ts';
import { deletedRecord, emptyMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase } from '../../test/test-database.ts';
import { writeRecords } from './write-records.ts';

test('whatever is written, no table is read whole', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  // A small table is read whole if that is allowed at all. What is left then are statements that know no other way.
  await using db = createDb({ connectionString: database.url, max: 1, options: '-c enable_seqscan=off' });
  await db.insertInto('harvest.source').values({ name: 'x', base_url: 'https://x' }).execute();
  const version = (number: number, title: string) =>
    sampleRecord(number, '2024-01-01', { ...emptyMetadata, title, conceptDoi: `10.1/c${number % 5}` }, ['a']);
  const numbers = Array.from({ length: 20 }, (_, n) => n);
  const pages = [
    numbers.map((n) => version(n, 'first')),
    numbers.map((n) => version(n + 10, 'second')),
    numbers.map((n) => deletedRecord(n, '2024-02-01')),
  ];
  for (const [n, records] of pages.entries()) {
    await writeRecords(db, { sourceId: 1, pageId: n + 1, records });
    await writeRecords(db, { sourceId: 1, pageId: n + 1, records, remap: true });
  }
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ relname: string }>`
    select relname, seq_scan from pg_stat_user_tables where schemaname = 'public' and seq_scan > 0 and n_tup_ins > 0`.execute(db);
  expect(rows).toEqual([]);
});
