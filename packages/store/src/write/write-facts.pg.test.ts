import { readFacts } from '@thresher/datacite';
import { expect, test } from 'vitest';
import { readJsonFacts } from '../read/read-json-facts.ts';
import { createTestDatabase } from '../../test/test-database.ts';
import { richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { clearUnindexed, noteUnindexed } from './unindexed.ts';
import { writeFacts } from './write-facts.ts';
import { writeRecords } from './write-records.ts';

const award = { number: '101', title: { en: 'Tidal' }, acronym: 'TIDAL', program: 'HORIZON.2.6' };

/** A record as the JSON of a dump has it; `community` is what a reply for a single record adds. */
const factsOf = (awards: readonly object[], community: object = {}) =>
  readFacts({
    metadata: {
      creators: [{ person_or_org: { name: 'Doe, Jane' }, role: { id: 'editor' } }],
      funding: awards.map((one) => ({ funder: { id: '00k4n6c32', name: 'European Commission' }, award: one })),
    },
    parent: { communities: { entries: [{ slug: 'tides', metadata: { title: 'Tides', ...community } }] } },
  });

test('awards and roles are replaced; the texts of a community stay when a dump leaves them out, and make no new revision', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  await db.insertInto('harvest.source').values({ name: 'x', base_url: 'https://x' }).execute();
  const record = sampleRecord(7, '2024-05-02T03:04:05Z', richMetadata, ['user-tides']);
  await writeRecords(db, { sourceId: 1, pageId: 5, records: [record] });
  const { id } = await db.selectFrom('record').select('id').executeTakeFirstOrThrow();
  const write = (day: number, ...facts: Parameters<typeof factsOf>) =>
    writeFacts(db, 1, [{ oaiIdentifier: record.header.identifier, facts: factsOf(...facts) }], new Date(Date.UTC(2026, 8, day)));
  const told = async () => (await readJsonFacts(db, [id])).get(id)!;

  expect(await write(1, [{}, award])).toMatchObject({ changed: 1 });
  expect((await told()).facts).toMatchObject({
    awards: [
      { funderId: '00k4n6c32', number: '101', title: 'Tidal', titleLanguage: 'en', acronym: 'TIDAL', program: 'HORIZON.2.6', doi: null },
    ],
    creatorRoles: [{ position: 0, name: 'Doe, Jane', role: 'editor' }],
  });
  const texts = { description: 'All tides', curation_policy: '<p>Tides only</p>', page: '<h1>Tides</h1>' };
  expect(await write(2, [{}, award], texts)).toMatchObject({ changed: 0, counted: 0 });
  expect(await write(3, [{}, award])).toMatchObject({ changed: 0, counted: 0 });
  expect((await told()).communities).toMatchObject([
    { slug: 'tides', title: 'Tides', description: 'All tides', curationPolicy: '<p>Tides only</p>', page: '<h1>Tides</h1>' },
  ]);
  expect(await write(4, [{ ...award, acronym: 'TIDE' }])).toMatchObject({ changed: 1 });
  expect((await told()).facts!.awards.map(({ acronym }) => acronym)).toEqual(['TIDE']);
  expect(await write(5, [])).toMatchObject({ changed: 1 });
  expect((await told()).facts!.awards).toEqual([]);
});

test('statistics have their own revision; a document that lacks a later change of record or statistics is noted again', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  await db.insertInto('harvest.source').values({ name: 'x', base_url: 'https://x' }).execute();
  const record = sampleRecord(7, '2024-05-02T03:04:05Z', richMetadata);
  await writeRecords(db, { sourceId: 1, pageId: 5, records: [record] });
  const { id: recordId } = await db.selectFrom('record').select('id').executeTakeFirstOrThrow();
  const count = async (views: number, day: number, sending = new Set<number>()): Promise<void> => {
    const counts = { views, unique_views: 0, downloads: 0, unique_downloads: 0, data_volume: 0 };
    const facts = readFacts({ metadata: {}, stats: { all_versions: counts, this_version: counts } });
    await writeFacts(db, 1, [{ oaiIdentifier: record.header.identifier, facts }], new Date(Date.UTC(2026, 8, day)), {
      confirm: true,
      sending,
    });
  };
  const noted = () => db.selectFrom('harvest.unindexed').select(['revision', 'stats_revision']).execute();

  await count(4, 1, new Set([recordId]));
  expect(await noted()).toEqual([]);
  await count(5, 1);
  await count(5, 2);
  await count(6, 3);
  expect(await noted()).toEqual([{ revision: 2, stats_revision: 3 }]);
  await clearUnindexed(db, [{ recordId, revision: 2, statsRevision: 2 }]);
  expect(await noted()).toEqual([{ revision: 2, stats_revision: 3 }]);
  await clearUnindexed(db, [{ recordId, revision: 2, statsRevision: 3 }]);
  expect(await noted()).toEqual([]);
  // Another process has sent the later statistics with the earlier record, and this one the later record with the earlier statistics.
  await clearUnindexed(db, [{ recordId, revision: 2, statsRevision: 2 }]);
  expect(await noted()).toEqual([{ revision: 2, stats_revision: 3 }]);
  // A note of the one does not take back what was noted of the other.
  await noteUnindexed(db, [{ id: recordId, revision: 3 }]);
  await noteUnindexed(db, [{ id: recordId, revision: 2, statsRevision: 4 }]);
  expect(await noted()).toEqual([{ revision: 3, stats_revision: 4 }]);
});
