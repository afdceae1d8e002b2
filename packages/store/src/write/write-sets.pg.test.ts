import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../database/db.ts';
import type { HarvestedRecord } from './harvested-record.ts';
import { recordHistory } from '../changes/record-history.ts';
import { deletedRecord, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { clearUnindexed, readUnindexed } from './unindexed.ts';
import { writeRecords } from './write-records.ts';
import { leaveSets, type HeaderPage, writeHeaders } from './write-sets.ts';
import { deleteRecords } from './write-tombstones.ts';

let database: TestDatabase;
let db: Db;
let sourceId: number;

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  const name = `source-${performance.now()}`;
  const source = await db
    .insertInto('harvest.source')
    .values({ name, base_url: `https://${name}/oai` })
    .returning('id')
    .executeTakeFirstOrThrow();
  sourceId = source.id;
  await sql`delete from harvest.unindexed`.execute(db);
});

const day = '2024-01-01T00:00:00Z';
const record = (number: number, sets: string[], slugs: string[] = []): HarvestedRecord =>
  sampleRecord(number, day, { communities: slugs }, sets);
const write = (pageId: number, ...records: HarvestedRecord[]) => writeRecords(db, { sourceId, pageId, records });
const header = (number: number, ...setSpecs: string[]): HeaderPage['headers'][number] => ({
  identifier: `oai:zenodo.org:${number}`,
  setSpecs,
  deleted: false,
});
const list = (pageId: number, ...headers: HeaderPage['headers'][number][]) =>
  writeHeaders(db, { sourceId, pageId, setSpec: null, headers });

async function stateOf(number: number) {
  const row = await db
    .selectFrom('record')
    .selectAll()
    .where('source_id', '=', sourceId)
    .where('recid', '=', number)
    .executeTakeFirstOrThrow();
  const sets = await db.selectFrom('record_set').select('set_spec').where('record_id', '=', row.id).orderBy('position').execute();
  const communities = await db
    .selectFrom('record_community')
    .select('community')
    .where('record_id', '=', row.id)
    .orderBy('position')
    .execute();
  return { row, sets: sets.map((it) => it.set_spec), communities: communities.map((it) => it.community) };
}

test('a header gives its record all of its sets: a revision with history, under the same datestamp', async () => {
  await write(1, record(1, ['software', 'user-corals'], ['corals']));
  expect(await list(2, header(1, 'software', 'user-reefs'))).toBe(1);
  const { row, sets, communities } = await stateOf(1);
  expect({ sets, communities, kept: row.metadata?.communities }).toEqual({
    sets: ['software', 'user-reefs'],
    communities: ['reefs'],
    kept: ['reefs'],
  });
  expect(row).toMatchObject({ revision: 2, page_id: 1, sets_page_id: 2, datestamp: new Date(day), title: 'Record 1' });
  expect(await recordHistory(db, row.id)).toMatchObject([
    { revision: 1, setSpecs: ['software', 'user-corals'], changedPaths: ['setSpecs', 'communities/0'], replacedByPageId: 2 },
  ]);
  const { rows } = await sql`select set_spec, change, page_id from record_set_change where record_id = ${row.id} order by set_spec`.execute(
    db,
  );
  expect(rows).toEqual([
    { set_spec: 'user-corals', change: 'left', page_id: 2 },
    { set_spec: 'user-reefs', change: 'joined', page_id: 2 },
  ]);
  expect(await readUnindexed(db, 9)).toMatchObject([{ recordId: row.id, revision: 2, setSpecs: ['software', 'user-reefs'] }]);
});

test('the same sets, a record that is not stored, a tombstone and a header of one change nothing', async () => {
  await write(1, record(1, ['a', 'b']), deletedRecord(2, day));
  expect(await list(2, header(1, 'b', 'a'), header(2, 'a'), header(3, 'a'), { ...header(1), deleted: true })).toBe(0);
  expect((await stateOf(1)).row).toMatchObject({ revision: 1, sets_page_id: null });
  expect(await readUnindexed(db, 9)).toEqual([]);
});

test('where headers do not name the set they are listed in, only that one is added', async () => {
  await write(1, record(1, ['a']), record(2, ['physics']));
  const headers = [header(1), header(2, 'physics:hep-th')];
  expect(await writeHeaders(db, { sourceId, pageId: 2, setSpec: 'physics', headers })).toBe(2);
  expect((await stateOf(1)).sets).toEqual(['a', 'physics']);
  expect((await stateOf(2)).sets).toEqual(['physics:hep-th']);
  expect(await writeHeaders(db, { sourceId, pageId: 3, setSpec: 'physics', headers })).toBe(0);
});

test('the page of headers may come twice, and an older one after it does nothing', async () => {
  await write(1, record(1, ['a']));
  await list(5, header(1, 'b'));
  expect(await list(5, header(1, 'b'))).toBe(0);
  expect(await list(4, header(1, 'c'))).toBe(0);
  expect((await stateOf(1)).sets).toEqual(['b']);
});

test('pages of records older than the headers leave the sets alone, later ones do not', async () => {
  await write(1, record(1, ['user-a'], ['a']));
  await list(5, header(1, 'user-b'));
  expect(await write(1, record(1, ['user-a'], ['a']))).toMatchObject({ unchanged: 1, changed: 0 });
  const newer = sampleRecord(1, '2024-02-01T00:00:00Z', { communities: ['a'], title: 'New' }, ['user-a']);
  expect(await write(4, newer)).toMatchObject({ changed: 1 });
  expect(await stateOf(1)).toMatchObject({ sets: ['user-b'], communities: ['b'], row: { title: 'New', revision: 3 } });
  await write(6, { ...newer, header: { ...newer.header, setSpecs: ['user-c'] }, metadata: { ...newer.metadata!, communities: ['c'] } });
  expect(await stateOf(1)).toMatchObject({ sets: ['user-c'], communities: ['c'] });
});

test('a header older than what a page of records wrote since does nothing', async () => {
  await write(7, record(1, ['a']));
  expect(await list(6, header(1, 'b'))).toBe(0);
  expect((await stateOf(1)).sets).toEqual(['a']);
});

test('records leave a set, and those that are not in it stay as they are', async () => {
  await write(1, record(1, ['user-a', 'user-b'], ['a', 'b']), record(2, ['user-b'], ['b']));
  const ids = [(await stateOf(1)).row.id, (await stateOf(2)).row.id];
  const left = ids.map((recordId) => ({ recordId, setSpec: 'user-a', pageId: 3 }));
  expect(await leaveSets(db, left)).toBe(1);
  expect(await stateOf(1)).toMatchObject({ sets: ['user-b'], communities: ['b'], row: { revision: 2, sets_page_id: 3 } });
  expect((await stateOf(2)).row.revision).toBe(1);
});

test('a record leaves several sets, in whatever order their lists were read, and stays in those that a later page shows', async () => {
  await write(1, record(1, ['user-a', 'user-b'], ['a', 'b']), record(2, ['user-a', 'user-b'], ['a', 'b']));
  const [one, two] = [(await stateOf(1)).row.id, (await stateOf(2)).row.id];
  await list(6, header(2, 'user-b', 'user-c'));
  const left = [one, two].flatMap((recordId) => [
    { recordId, setSpec: 'user-a', pageId: 9 },
    { recordId, setSpec: 'user-b', pageId: 5 },
  ]);
  expect(await leaveSets(db, left)).toBe(1);
  expect(await stateOf(1)).toMatchObject({ sets: [], communities: [], row: { revision: 2, sets_page_id: 9 } });
  expect((await stateOf(2)).sets).toEqual(['user-b', 'user-c']);
});

test('a note goes only when what was sent is what is there', async () => {
  await write(1, record(1, ['a']));
  await list(2, header(1, 'b'));
  const unindexed = async () => (await readUnindexed(db, 9)).map((it) => ({ ...it, statsRevision: 0 }));
  const sent = await unindexed();
  await list(3, header(1, 'c'));
  await clearUnindexed(db, sent);
  expect(await readUnindexed(db, 9)).toMatchObject([{ revision: 3, setSpecs: ['c'] }]);
  await clearUnindexed(db, await unindexed());
  expect(await readUnindexed(db, 9)).toEqual([]);
});

test('a record that vanished becomes a tombstone with its reason, DOI, sets and history', async () => {
  await write(1, record(1, ['user-a'], ['a']), record(2, []));
  const { row } = await stateOf(1);
  expect(await deleteRecords(db, sourceId, [{ recordId: row.id, reason: 'spam' }])).toBe(1);
  expect(await deleteRecords(db, sourceId, [{ recordId: row.id, reason: 'again' }])).toBe(0);
  expect(await stateOf(1)).toMatchObject({
    sets: ['user-a'],
    communities: [],
    row: {
      deleted: true,
      deletion_reason: 'spam',
      metadata: null,
      title: null,
      doi: '10.5281/zenodo.1',
      datestamp: new Date(day),
      revision: 2,
    },
  });
  expect(await recordHistory(db, row.id)).toMatchObject([
    { deleted: false, metadata: { title: 'Record 1' }, changedPaths: ['deleted', 'metadata'] },
  ]);
  expect(await readUnindexed(db, 9)).toMatchObject([{ recordId: row.id, deleted: true, revision: 2 }]);
  expect((await stateOf(2)).row.deleted).toBe(false);
});

test('a tombstone stays when an old page is written again, and a later page brings the record back', async () => {
  const source = await db.selectFrom('harvest.source').select('id').where('id', '=', sourceId).executeTakeFirstOrThrow();
  const run = await db
    .insertInto('harvest.run')
    .values({ source_id: source.id, kind: 'full', metadata_prefix: 'x' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const window = await db.insertInto('harvest.window').values({ run_id: run.id }).returning('id').executeTakeFirstOrThrow();
  const page = (number: number) => ({
    window_id: window.id,
    source_id: sourceId,
    attempt: 1,
    number,
    verb: 'ListRecords' as const,
    content_length: 0,
    record_count: 1,
    identifiers: [],
  });
  const pages = await db
    .insertInto('harvest.page')
    .values([page(0), page(1)])
    .returning('id')
    .execute();
  const [first, second] = pages.map((it) => it.id) as [number, number];
  await write(first, record(1, ['a']));
  await deleteRecords(db, sourceId, [{ recordId: (await stateOf(1)).row.id, reason: 'gone' }]);
  await write(first, record(1, ['a']));
  expect((await stateOf(1)).row.deleted).toBe(true);
  await write(second + 1, record(1, ['a']));
  expect((await stateOf(1)).row).toMatchObject({ deleted: false, deletion_reason: null, title: 'Record 1' });
});
