import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../database/db.ts';
import { previewRecords } from './preview-records.ts';
import { deletedRecord, richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { readUnindexed } from './unindexed.ts';
import { writeRecords } from './write-records.ts';
import { writeHeaders } from './write-sets.ts';
import { deleteRecords } from './write-tombstones.ts';
import type { HarvestedRecord } from './harvested-record.ts';

/** A page that is mapped again: what the mapping makes now of records that are stored. */
let database: TestDatabase;
let db: Db;
let sourceId: number;

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  const name = `source-${randomInt(1e12)}`;
  sourceId = (
    await db
      .insertInto('harvest.source')
      .values({ name, base_url: `https://${name}/oai` })
      .returning('id')
      .executeTakeFirstOrThrow()
  ).id;
  await db.deleteFrom('harvest.unindexed').execute();
});

const write = (pageId: number, ...records: HarvestedRecord[]) => writeRecords(db, { sourceId, pageId, records });
const remap = async (pageId: number, ...records: HarvestedRecord[]) => {
  const differences = await previewRecords(db, { sourceId, pageId, records });
  const written = await writeRecords(db, { sourceId, pageId, records, remap: true });
  // A dry run says exactly what is then written.
  expect(differences.map((it) => it.oaiIdentifier).sort()).toEqual(written.toIndex.map((it) => it.oaiIdentifier).sort());
  return { ...written, toIndex: written.toIndex.length, paths: differences.map((it) => it.paths) };
};
const row = () => db.selectFrom('record').selectAll().where('source_id', '=', sourceId).executeTakeFirstOrThrow();
const old = sampleRecord(1, '2024-01-01', { title: 'old mapping' }, ['user-a']);
const renewed = sampleRecord(1, '2024-01-01', { title: 'new mapping' }, ['user-a']);

test('the same is not written, and not sent to the index either', async () => {
  await write(1, old);
  expect(await remap(1, old)).toMatchObject({ unchanged: 1, toIndex: 0 });
  expect(await remap(2, old)).toMatchObject({ unchanged: 1, toIndex: 0 });
  expect(await readUnindexed(db, 10)).toEqual([]);
});

test('another mapping of the page is a change, noted for the index until it was sent', async () => {
  await write(1, old);
  expect(await remap(1, renewed)).toMatchObject({ changed: 1, toIndex: 1, paths: [['title', 'titles/0/title']] });
  expect(await row()).toMatchObject({ title: 'new mapping', revision: 2, page_id: 1 });
  expect(await readUnindexed(db, 10)).toMatchObject([{ oaiIdentifier: 'oai:zenodo.org:1', revision: 2 }]);
  expect(await remap(1, renewed)).toMatchObject({ unchanged: 1, toIndex: 0 });
});

test('a later page that brought the same is as good as the one that was written', async () => {
  await write(1, old);
  await write(2, old);
  expect(await remap(2, renewed)).toMatchObject({ changed: 1 });
  expect(await remap(1, renewed)).toMatchObject({ changed: 0 });
  expect(await row()).toMatchObject({ title: 'new mapping', page_id: 2 });
});

test('a page whose record has changed since says nothing', async () => {
  await write(1, old);
  await write(2, sampleRecord(1, '2024-02-01', { title: 'February' }));
  expect(await remap(1, renewed)).toMatchObject({ stale: 1, toIndex: 0, paths: [] });
  expect(await row()).toMatchObject({ title: 'February' });
});

test('other issues alone replace the old ones', async () => {
  await write(1, old);
  const issues = [{ code: 'odd', path: 'x', value: null, severity: 'info' as const }];
  expect(await remap(1, { ...old, issues })).toMatchObject({ unchanged: 1, toIndex: 1, paths: [['issues']] });
  expect(
    await db
      .selectFrom('record_issue')
      .select('code')
      .where('record_id', '=', (await row()).id)
      .execute(),
  ).toEqual([{ code: 'odd' }]);
});

test('a tombstone stays one, announced or found out', async () => {
  await write(1, old, sampleRecord(2, '2024-01-01', richMetadata));
  await write(2, deletedRecord(2, '2024-02-01'));
  const { id } = await row();
  await deleteRecords(db, sourceId, [{ recordId: id, reason: 'gone' }]);
  await db.updateTable('record').set({ page_id: 1 }).where('id', '=', id).execute();
  expect(await remap(1, renewed, sampleRecord(2, '2024-01-01', { title: 'x' }))).toMatchObject({ stale: 2, toIndex: 0 });
  expect(await db.selectFrom('record').select('deleted').where('source_id', '=', sourceId).execute()).toEqual([
    { deleted: true },
    { deleted: true },
  ]);
});

test('sets from a later list of identifiers stay', async () => {
  await write(1, old);
  await writeHeaders(db, {
    sourceId,
    pageId: 5,
    setSpec: null,
    headers: [{ identifier: 'oai:zenodo.org:1', setSpecs: ['user-b'], deleted: false }],
  });
  expect(await remap(1, old)).toMatchObject({ unchanged: 1, toIndex: 0 });
  expect(await remap(1, renewed)).toMatchObject({ changed: 1, paths: [['title', 'titles/0/title']] });
  const { id } = await row();
  expect(await db.selectFrom('record_set').select('set_spec').where('record_id', '=', id).execute()).toEqual([{ set_spec: 'user-b' }]);
});

test('a record that was lost comes back', async () => {
  await write(1, old);
  await db.deleteFrom('record').where('source_id', '=', sourceId).execute();
  expect(await remap(1, old)).toMatchObject({ inserted: 1, toIndex: 1, paths: [['metadata']] });
});
