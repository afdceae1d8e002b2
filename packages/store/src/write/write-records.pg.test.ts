import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../database/db.ts';
import { copyRows } from '../database/copy-rows.ts';
import { listTables, recordLists } from '../database/record-lists.ts';
import { recordHistory } from '../changes/record-history.ts';
import { deletedRecord, emptyMetadata, richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords, type WrittenRecords } from './write-records.ts';
import type { HarvestedRecord } from './harvested-record.ts';

let database: TestDatabase;
let db: Db;
let sourceId: number;

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
});
afterAll(() => database[Symbol.asyncDispose]());
// Its own source for each test, so none sees another's records.
beforeEach(async () => {
  const name = `source-${performance.now()}`;
  const source = await db
    .insertInto('harvest.source')
    .values({ name, base_url: `https://${name}/oai` })
    .returning('id')
    .executeTakeFirstOrThrow();
  sourceId = source.id;
});

const write = (pageId: number, ...records: HarvestedRecord[]) => writeRecords(db, { sourceId, pageId, records });
const counts = ({ toIndex, inserted, changed, unchanged, stale, deleted }: WrittenRecords) => ({
  inserted,
  changed,
  unchanged,
  stale,
  deleted,
  toIndex: toIndex.map((it) => `${it.oaiIdentifier} r${it.revision}`),
});
const none = { inserted: 0, changed: 0, unchanged: 0, stale: 0, deleted: 0, toIndex: [] as string[] };
const rowOf = (number: number) =>
  db.selectFrom('record').selectAll().where('source_id', '=', sourceId).where('recid', '=', number).executeTakeFirstOrThrow();

async function setsOf(number: number): Promise<string[]> {
  const { id } = await rowOf(number);
  const rows = await db.selectFrom('record_set').select('set_spec').where('record_id', '=', id).orderBy('position').execute();
  return rows.map((it) => it.set_spec);
}

/** Where every row of every table lies and which transaction wrote it: equal means that nothing was written. */
async function versions(): Promise<string[]> {
  const found: string[] = [];
  for (const table of ['record', 'record_history', ...recordLists.map(({ storedIn }) => storedIn)]) {
    const { rows } = await sql<{ at: string }>`select ctid || ' ' || xmin as at from ${sql.table(table)} order by ctid`.execute(db);
    found.push(...rows.map(({ at }) => `${table} ${at}`));
  }
  return found;
}

async function listRowCounts(recordId: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of listTables) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)} where record_id = ${recordId}`.execute(db);
    if (rows[0]?.n) found[table] = rows[0].n;
  }
  return found;
}

test('new records are inserted and handed to the index', async () => {
  const written = await write(1, sampleRecord(1, '2024-01-01T00:00:00Z', {}, ['user-a']), sampleRecord(2, '2024-01-02'));
  expect(counts(written)).toEqual({ ...none, inserted: 2, toIndex: ['oai:zenodo.org:1 r1', 'oai:zenodo.org:2 r1'] });
  expect(written.toIndex[0]).toEqual({
    recordId: (await rowOf(1)).id,
    sourceId,
    oaiIdentifier: 'oai:zenodo.org:1',
    revision: 1,
    deleted: false,
    isLatestVersion: true,
    metadata: sampleRecord(1, '').metadata,
    setSpecs: ['user-a'],
    datestamp: '2024-01-01T00:00:00.000Z',
    firstSeenAt: expect.stringMatching(/^\d{4}-.*Z$/),
    changedAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

test('the same page again writes nothing, and hands over the same records', async () => {
  const page = [
    sampleRecord(1, '2024-01-01', richMetadata, ['user-a', 'b']),
    deletedRecord(2, '2024-01-01'),
    sampleRecord(3, '2024-01-01'),
  ];
  const first = await write(1, ...page);
  const before = await versions();
  const second = await write(1, ...page);
  expect(counts(second)).toEqual({ ...none, unchanged: 3, toIndex: counts(first).toIndex });
  expect(second.toIndex).toEqual(first.toIndex);
  expect(await versions()).toEqual(before);
});

test('a new harvest of the same content writes nothing and indexes nothing', async () => {
  await write(1, sampleRecord(1, '2024-01-01', richMetadata, ['user-a', 'b']));
  const before = await versions();
  const metadata = { ...richMetadata, communities: [...richMetadata.communities].reverse() };
  expect(counts(await write(9, sampleRecord(1, '2024-01-01', metadata, ['b', 'user-a'])))).toEqual({ ...none, unchanged: 1 });
  expect(await versions()).toEqual(before);
});

test('a newer datestamp with the same content is noted without a history', async () => {
  await write(1, sampleRecord(1, '2024-01-01', richMetadata));
  const before = await rowOf(1);
  expect(counts(await write(2, sampleRecord(1, '2024-01-02', richMetadata)))).toEqual({
    ...none,
    unchanged: 1,
    toIndex: ['oai:zenodo.org:1 r2'],
  });
  const after = await rowOf(1);
  expect(after).toEqual({ ...before, datestamp: new Date('2024-01-02'), datestamp_text: '2024-01-02', page_id: 2, revision: 2 });
  expect(await recordHistory(db, after.id)).toEqual([]);
});

test('other content makes a revision, keeps the old one, and leaves the lists that are the same alone', async () => {
  await write(1, sampleRecord(1, '2024-01-01', richMetadata, ['user-a']));
  const before = await rowOf(1);
  const xminOf = async (table: string) =>
    (await sql<{ xmin: string }>`select xmin from ${sql.table(table)} where record_id = ${before.id}`.execute(db)).rows.map(
      (it) => it.xmin,
    );
  const [subjects, creators] = [await xminOf('record_subject'), await xminOf('record_creator')];
  const changed = { ...richMetadata, version: 'v2', subjects: richMetadata.subjects.slice(1) };
  const written = await write(2, sampleRecord(1, '2024-02-01', changed, ['user-a', 'user-b']));
  expect(counts(written)).toEqual({ ...none, changed: 1, toIndex: ['oai:zenodo.org:1 r2'] });
  const after = await rowOf(1);
  expect(after).toMatchObject({ id: before.id, version: 'v2', revision: 2, page_id: 2, first_seen_at: before.first_seen_at });
  expect(after.changed_at.getTime()).toBeGreaterThanOrEqual(before.changed_at.getTime());
  expect(await xminOf('record_creator')).toEqual(creators);
  expect(await xminOf('record_subject')).not.toEqual(subjects);
  expect(await listRowCounts(after.id)).toMatchObject({ record_subject: 1, record_set: 2 });
  expect(await recordHistory(db, after.id)).toEqual([
    {
      revision: 1,
      deleted: false,
      metadata: richMetadata,
      setSpecs: ['user-a'],
      datestamp: new Date('2024-01-01'),
      datestampText: '2024-01-01',
      changedPaths: ['setSpecs', 'subjects', 'version'],
      changedAt: before.changed_at,
      replacedAt: after.changed_at,
      pageId: 1,
      replacedByPageId: 2,
    },
  ]);
});

test('a change of sets alone is a change, under the same datestamp too', async () => {
  await write(1, sampleRecord(1, '2024-01-01', {}, ['user-a']));
  expect(counts(await write(2, sampleRecord(1, '2024-01-01', {}, ['user-b'])))).toMatchObject({ changed: 1 });
  const row = await rowOf(1);
  expect(await db.selectFrom('record_set').select(['position', 'set_spec']).where('record_id', '=', row.id).execute()).toEqual([
    { position: 0, set_spec: 'user-b' },
  ]);
});

test('what comes late does not overwrite what is newer', async () => {
  await write(5, sampleRecord(1, '2024-03-01', { title: 'March' }));
  const before = await versions();
  expect(counts(await write(6, sampleRecord(1, '2024-02-01', { title: 'February' })))).toEqual({ ...none, stale: 1 });
  expect(counts(await write(4, sampleRecord(1, '2024-03-01', { title: 'March, earlier page' })))).toEqual({ ...none, stale: 1 });
  expect(counts(await write(4, deletedRecord(1, '2024-02-01')))).toEqual({ ...none, stale: 1 });
  expect(await versions()).toEqual(before);
});

test('the same identifier twice on a page: the newest counts, the other is stale', async () => {
  const written = await write(1, sampleRecord(1, '2024-01-02', { title: 'new' }), sampleRecord(1, '2024-01-01', { title: 'old' }));
  expect(counts(written)).toEqual({ ...none, inserted: 1, stale: 1, toIndex: ['oai:zenodo.org:1 r1'] });
  expect(await rowOf(1)).toMatchObject({ title: 'new' });
});

test('a deleted header leaves a tombstone with its DOIs, and its last metadata in the history', async () => {
  await write(1, sampleRecord(1, '2024-01-01', richMetadata, ['user-a']));
  const { id } = await rowOf(1);
  const written = await write(2, deletedRecord(1, '2024-02-01'));
  expect(counts(written)).toEqual({ ...none, deleted: 1, toIndex: ['oai:zenodo.org:1 r2'] });
  expect(written.toIndex[0]).toMatchObject({ deleted: true, metadata: null });
  expect(await rowOf(1)).toMatchObject({
    id,
    deleted: true,
    metadata: null,
    title: null,
    description: null,
    doi: richMetadata.doi,
    concept_doi: richMetadata.conceptDoi,
  });
  expect(await listRowCounts(id)).toEqual({ record_set: 1 });
  expect(await recordHistory(db, id)).toMatchObject([
    { revision: 1, metadata: richMetadata, setSpecs: ['user-a'], changedPaths: ['deleted', 'metadata'] },
  ]);
  expect(counts(await write(3, deletedRecord(1, '2024-02-01')))).toEqual({ ...none, unchanged: 1 });
});

test('a deleted header that names no sets leaves the record in those it was in last, and one that names sets in those', async () => {
  const bare = (number: number, datestamp: string, ...setSpecs: string[]): HarvestedRecord => {
    const record = deletedRecord(number, datestamp);
    return { ...record, header: { ...record.header, setSpecs } };
  };
  await write(1, sampleRecord(1, '2024-01-01', {}, ['user-reef', 'hydrology:salt']), sampleRecord(2, '2024-01-01', {}, ['user-reef']));
  await write(2, sampleRecord(1, '2024-01-02', {}, ['hydrology:salt', 'user-tide']));
  expect(await write(3, bare(1, '2024-01-03'), bare(2, '2024-01-03', 'withdrawn'))).toMatchObject({ deleted: 2 });
  expect([await setsOf(1), await setsOf(2)]).toEqual([['hydrology:salt', 'user-tide'], ['withdrawn']]);
  // The same page, a later one and a mapping of it again are no change.
  expect(await write(3, bare(1, '2024-01-03'))).toMatchObject({ unchanged: 1, changed: 0, deleted: 0 });
  expect(await write(4, bare(1, '2024-01-04'))).toMatchObject({ unchanged: 1, changed: 0, deleted: 0 });
  expect(await write(5, bare(1, '2024-01-04'), sampleRecord(2, '2024-01-04'))).toMatchObject({ unchanged: 1, changed: 1 });
  expect([await setsOf(1), await setsOf(2)]).toEqual([['hydrology:salt', 'user-tide'], []]);
  const { rows } = await sql`select set_spec, change from record_set_change c join record r on r.id = c.record_id
    where r.source_id = ${sourceId} and r.recid = 1 order by c.changed_at, set_spec`.execute(db);
  expect(rows).toEqual([
    { set_spec: 'user-reef', change: 'left' },
    { set_spec: 'user-tide', change: 'joined' },
  ]);
});

test('a deleted record that was never seen gets its tombstone, and a later record revives it', async () => {
  expect(counts(await write(1, deletedRecord(1, '2024-01-01')))).toMatchObject({ inserted: 0, deleted: 1 });
  const { id } = await rowOf(1);
  expect(counts(await write(2, sampleRecord(1, '2024-02-01', richMetadata)))).toEqual({
    ...none,
    changed: 1,
    toIndex: ['oai:zenodo.org:1 r2'],
  });
  expect(await rowOf(1)).toMatchObject({ id, deleted: false, title: 'Tides', revision: 2 });
  expect(await listRowCounts(id)).toMatchObject({ record_creator: 2 });
  expect(await recordHistory(db, id)).toMatchObject([{ revision: 1, deleted: true, metadata: null }]);
});

test('a record that could not be mapped has its row and its issues', async () => {
  const issue = { code: 'payload-unknown', path: '', value: 'html', severity: 'error' as const };
  expect(counts(await write(1, { ...sampleRecord(1, '2024-01-01'), metadata: null, issues: [issue] }))).toMatchObject({ inserted: 1 });
  const { id, metadata, title } = await rowOf(1);
  expect({ metadata, title }).toEqual({ metadata: null, title: null });
  expect(await db.selectFrom('record_issue').selectAll().where('record_id', '=', id).execute()).toEqual([
    { record_id: id, position: 0, ...issue },
  ]);
  // Mapped again, out of the same page.
  expect(counts(await write(1, sampleRecord(1, '2024-01-01')))).toMatchObject({ changed: 1 });
  expect(await listRowCounts(id)).toEqual({ record_title: 1 });
});

test('other issues with the same metadata replace the old ones and nothing else', async () => {
  const record = sampleRecord(1, '2024-01-01', richMetadata);
  const issue = (code: string) => ({ code, path: 'x', value: null, severity: 'info' as const });
  await write(1, { ...record, issues: [issue('a'), issue('b')] });
  const { id } = await rowOf(1);
  expect(counts(await write(1, { ...record, issues: [issue('c')] }))).toMatchObject({ unchanged: 1, changed: 0 });
  expect(await db.selectFrom('record_issue').select('code').where('record_id', '=', id).execute()).toEqual([{ code: 'c' }]);
  expect(await recordHistory(db, id)).toEqual([]);
});

test('values that Postgres cannot hold do not stop the page', async () => {
  const odd = {
    ...emptyMetadata,
    title: 'a\u0000b \ud800',
    publicationYear: 99_999_999_999,
    publicationDate: { text: '-99999', start: '-99999-01-01', end: '2024-02-31' },
    dates: [{ text: 'x', start: '2024-13-01', end: null, dateType: null, dateInformation: null }],
    doi: `10.1/${'x'.repeat(10_000)}`,
    geoLocations: [{ place: null, point: { longitude: Number.NaN, latitude: 1 }, box: null, polygons: [] }],
  };
  const record = sampleRecord(1, 'not a date', odd);
  expect(counts(await write(1, record))).toMatchObject({ inserted: 1 });
  expect(await rowOf(1)).toMatchObject({
    title: 'ab \ufffd',
    publication_year: null,
    publication_date: null,
    publication_date_text: '-99999',
    datestamp: null,
    datestamp_text: 'not a date',
  });
  expect(counts(await write(1, record))).toMatchObject({ unchanged: 1 });
});

test('two sources may have the same identifier', async () => {
  await write(1, sampleRecord(1, '2024-01-01'));
  const other = await db
    .insertInto('harvest.source')
    .values({ name: `other-${sourceId}`, base_url: `https://other-${sourceId}` })
    .returning('id')
    .executeTakeFirstOrThrow();
  const written = await writeRecords(db, { sourceId: other.id, pageId: 2, records: [sampleRecord(1, '2023-01-01')] });
  expect(written).toMatchObject({ inserted: 1 });
});

test('an empty page is nothing', async () => {
  expect(counts(await write(1))).toEqual(none);
});

test('the description of a record is stored once, and read with its list', async () => {
  const text = (description: string, type: string | null) => ({ description, text: description, descriptionType: type, lang: null });
  const about = (abstract: string, ...others: string[]) => ({
    description: abstract,
    descriptions: [text(abstract, 'Abstract'), ...others.map((other) => text(other, 'Methods'))],
  });
  await write(1, sampleRecord(1, '2024-01-01', about('Tides', 'Buoys')), sampleRecord(2, '2024-01-01', about('Waves', 'Waves')));
  const [first, second] = [(await rowOf(1)).id, (await rowOf(2)).id];
  const read = async (table: string) =>
    (
      await db.pool.query<{ description: string | null }>(
        `select description from ${table} where record_id in ($1, $2) order by record_id, position`,
        [first, second],
      )
    ).rows.map(({ description }) => description);
  expect(await read('harvest.record_description')).toEqual([null, 'Buoys', null, null]);
  expect(await read('record_description')).toEqual(['Tides', 'Buoys', 'Waves', 'Waves']);
  await write(
    2,
    sampleRecord(1, '2024-01-02', about('Ebb and flow', 'Buoys')),
    sampleRecord(2, '2024-01-02', { descriptions: [text('Waves', 'Other')] }),
  );
  expect(await read('harvest.record_description')).toEqual([null, 'Buoys', 'Waves']);
  expect(await read('record_description')).toEqual(['Ebb and flow', 'Buoys', 'Waves']);
});

test('a worker of the version before writes descriptions through the view', async () => {
  await write(1, sampleRecord(1, '2024-01-01'));
  const { id } = await rowOf(1);
  const client = await db.pool.connect();
  try {
    await copyRows(client, 'public.record_description', ['record_id', 'position', 'description'], `${id}\t0\tTides\n${id}\t1\tWaves\n`);
  } finally {
    client.release();
  }
  const count = async () => (await db.pool.query('select from record_description where record_id = $1', [id])).rowCount;
  expect(await count()).toBe(2);
  await db.pool.query('delete from record_description where record_id = any($1)', [[id]]);
  expect(await count()).toBe(0);
});
