import { readFacts } from '@thresher/datacite';
import { expect, test } from 'vitest';
import { richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase } from '../../test/test-database.ts';
import { writeFacts } from './write-facts.ts';
import { writeRecords } from './write-records.ts';

const day = (number: number): Date => new Date(Date.UTC(2026, 8, number));

test('statistics that a newer dump replaces stay, with when they held and what was gained since', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  await db.insertInto('harvest.source').values({ name: 'x', base_url: 'https://x' }).execute();
  const records = [7, 8].map((number) => sampleRecord(number, '2024-05-02T03:04:05Z', richMetadata));
  await writeRecords(db, { sourceId: 1, pageId: 5, records });
  const [first, second] = records.map(({ header }) => header.identifier);
  const dump = async (on: number, views: Record<string, number>): Promise<void> => {
    const all = Object.entries(views).map(([oaiIdentifier, seen]) => {
      const counts = { views: seen, unique_views: 1, downloads: 2 * seen, unique_downloads: 1, data_volume: 100 * seen };
      return { oaiIdentifier, facts: readFacts({ metadata: {}, stats: { all_versions: counts, this_version: counts } }) };
    });
    await writeFacts(db, 1, all, day(on));
  };
  const { rows: none } = await db.pool.query('select from analytics.record_stats_over_time');
  expect(none).toEqual([]);
  await dump(1, { [first!]: 10, [second!]: 5 });
  await dump(2, { [first!]: 10, [second!]: 8 });
  await dump(3, { [first!]: 25, [second!]: 8 });
  // An older one that comes late changes nothing.
  await dump(1, { [first!]: 11, [second!]: 7 });
  await dump(4, { [first!]: 30, [second!]: 8 });

  const { rows } = await database.readDb.pool.query<object>(
    `select oai_identifier, at, until, views, views_gained, downloads_gained, volume_gained::int from analytics.record_stats_over_time order by record_id, at`,
  );
  const row = (identifier: string, at: number, until: number | null, views: number, gained: number | null) => ({
    oai_identifier: identifier,
    at: day(at),
    until: until === null ? null : day(until),
    views,
    views_gained: gained,
    downloads_gained: gained === null ? null : 2 * gained,
    volume_gained: gained === null ? null : 100 * gained,
  });
  expect(rows).toEqual([
    row(first!, 1, 3, 10, null),
    row(first!, 3, 4, 25, 15),
    row(first!, 4, null, 30, 5),
    row(second!, 1, 2, 5, null),
    row(second!, 2, null, 8, 3),
  ]);
  const { rows: history } = await db.pool.query<object>('select revision, views from record_stats_history order by record_id, revision');
  expect(history).toEqual([
    { revision: 1, views: 10 },
    { revision: 2, views: 25 },
    { revision: 1, views: 5 },
  ]);

  // With their record they go.
  await db.deleteFrom('record').where('oai_identifier', '=', first!).execute();
  const { rows: left } = await db.pool.query<object>('select views from record_stats_history');
  expect(left).toEqual([{ views: 5 }]);
});
