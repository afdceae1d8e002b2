import type { RecordMetadata } from '@thresher/datacite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '../write/metadata-hash.ts';
import { readMetadata, type StoredMetadata } from './metadata-json.ts';
import { sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords } from '../write/write-records.ts';

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase(process.env['DATABASE_URL'])));
afterAll(() => database[Symbol.asyncDispose]());

test('SQL puts the metadata together as readMetadata does, in the present and in the past', async () => {
  const { db } = database;
  await db.insertInto('harvest.source').values({ name: 'x', base_url: 'https://x' }).execute();
  const description = 'a \\ "text":null, "description": null and\n\t&\\1 “b”';
  const descriptions = [
    { description, text: description },
    { description: `<p>${description}</p>`, text: description },
    { description: 'other "text":null', text: 'other' },
  ].map((it) => ({ ...it, descriptionType: 'Abstract', lang: null }));
  const write = (pageId: number, title: string) =>
    writeRecords(db, { sourceId: 1, pageId, records: [sampleRecord(1, `2024-01-0${pageId}`, { title, description, descriptions })] });
  await write(1, 'old');
  await write(2, 'new');

  const { rows } = await db.pool.query<{ whole: RecordMetadata; metadata: StoredMetadata; description: string }>(
    ['record', 'record_history', 'analytics.record_as_of(clock_timestamp())']
      .map((from) => `select analytics.whole_metadata(metadata::json, description) as whole, metadata::jsonb, description from ${from}`)
      .join(' union all '),
  );
  expect(rows.map(({ whole }) => whole.title)).toEqual(['new', 'old', 'new']);
  for (const { whole, ...row } of rows) {
    const read = readMetadata(row.metadata, row.description);
    expect(read?.descriptions).toEqual(descriptions);
    expect(canonicalJson(whole)).toBe(canonicalJson(read));
  }
});
