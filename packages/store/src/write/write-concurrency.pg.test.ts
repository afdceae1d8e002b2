import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HarvestedRecord, RecordsOfPage } from './harvested-record.ts';
import { listTables } from '../database/record-lists.ts';
import { deletedRecord, richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writePages } from './write-records.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
});
afterAll(() => database[Symbol.asyncDispose]());

async function newSource(name: string): Promise<number> {
  const source = await database.db
    .insertInto('harvest.source')
    .values({ name, base_url: `https://${name}` })
    .returning('id')
    .executeTakeFirstOrThrow();
  return source.id;
}

/** 40 pages of 25 out of only 120 records, in ever newer versions, some of them deletions: pages overlap heavily. */
function overlappingPages(): RecordsOfPage[] {
  return Array.from({ length: 40 }, (_page, page) => ({
    pageId: page + 1,
    records: Array.from({ length: 25 }, (_record, n) => version((n * 7 + page * 11) % 120, page)),
  }));
}

function version(number: number, page: number): HarvestedRecord {
  const datestamp = new Date(Date.UTC(2024, 0, 1 + page)).toISOString();
  if ((number + page) % 9 === 0) return deletedRecord(number, datestamp);
  return sampleRecord(
    number,
    datestamp,
    { ...richMetadata, conceptDoi: `10.1/concept-${number}`, title: `version ${page}`, sizes: [`${page} pages`] },
    [`set-${page % 3}`],
  );
}

async function writeByWorkers(sourceId: number, pages: readonly RecordsOfPage[], workers: number, together = 1): Promise<void> {
  const queue = [...pages];
  const work = async () => {
    for (let some = queue.splice(0, together); some.length > 0; some = queue.splice(0, together)) {
      const { toIndex, noted: _, ...counts } = await writePages(database.db, { sourceId, pages: some });
      const given = some.reduce((sum, { records }) => sum + records.length, 0);
      expect(Object.values(counts).reduce((a, b) => a + b)).toBe(given);
      expect(toIndex.length).toBeLessThanOrEqual(given);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

/**
 * All that is stored of a source, except ids, times of writing and the number of revisions on the way. The sets of a tombstone
 * are such: they are those that its record was last seen in here, and what came late was never seen.
 */
async function endState(sourceId: number): Promise<unknown> {
  const { rows } = await sql`
    select oai_identifier, datestamp, deleted, page_id, title, metadata, case when not deleted then encode(metadata_hash, 'hex') end as hash
    from record where source_id = ${sourceId} order by oai_identifier
  `.execute(database.db);
  const lists: Record<string, unknown> = {};
  for (const table of listTables) {
    lists[table] = (
      await sql`
      select r.oai_identifier, to_jsonb(t) - 'record_id' as row from ${sql.table(table)} t join record r on r.id = t.record_id
      where r.source_id = ${sourceId} and not r.deleted order by r.oai_identifier, (to_jsonb(t) - 'record_id')::text
    `.execute(database.db)
    ).rows;
  }
  return { rows, lists };
}

/** Tombstones by whether their sets are those of the last living revision. */
async function tombstones(sourceId: number): Promise<unknown> {
  const { rows } = await sql`
    select count(*) filter (where now = coalesce(last, '{}')) as right, count(*) filter (where now <> coalesce(last, '{}')) as wrong,
      count(*) filter (where now <> '{}') > 0 as some_have_sets
    from (
      select array(select set_spec from record_set where record_id = r.id order by position) as now,
        (select set_specs from record_history where record_id = r.id and not deleted order by revision desc limit 1) as last
      from record r where source_id = ${sourceId} and deleted) t`.execute(database.db);
  return rows[0];
}

/** A fixed shuffle, so that a failure can be repeated. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const keyed = items.map((item, n) => ({ item, key: (Math.sin((n + 1) * seed * 12.9898) * 43758.5453) % 1 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

test(
  'four workers with the pages in any order, alone or several together, each page twice, leave what one leaves with them in order',
  { timeout: 30_000 },
  async () => {
    const pages = overlappingPages();
    const inOrder = await newSource('in-order');
    await writeByWorkers(inOrder, pages, 1);
    const expected = await endState(inOrder);
    const expectedTombstones = { right: 15, wrong: 0, some_have_sets: true };
    expect(await tombstones(inOrder)).toEqual(expectedTombstones);
    for (const [seed, together] of [
      [1, 1],
      [2, 1],
      [3, 4],
    ] as const) {
      const source = await newSource(`shuffled-${seed}`);
      await writeByWorkers(source, [...shuffled(pages, seed), ...shuffled(pages, seed + 10)], 4, together);
      expect(await endState(source)).toEqual(expected);
      expect(await tombstones(source)).toEqual(expectedTombstones);
    }
  },
);

test('the same new records on several pages at the same moment: each is inserted once', async () => {
  const source = await newSource('same-moment');
  const records = Array.from({ length: 50 }, (_, n) => sampleRecord(n, '2024-01-01'));
  const pages = [1, 2, 3, 4, 5, 6, 7, 8].map((pageId) => ({ pageId, records: shuffled(records, pageId) }));
  await writeByWorkers(source, pages, 8);
  const { rows } = await sql`select count(*) as records, max(revision) as revision from record where source_id = ${source}`.execute(
    database.db,
  );
  expect(rows).toEqual([{ records: 50, revision: 1 }]);
});

test('a unique violation is tried again only if it says that the record is there, and not forever', { timeout: 60_000 }, async () => {
  await using other = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = other;
  const source = { name: 's', base_url: 'https://s' };
  const { id: sourceId } = await db.insertInto('harvest.source').values(source).returning('id').executeTakeFirstOrThrow();
  const pages = [{ pageId: 1, records: [version(1, 1), version(2, 1)] }];
  await sql`create unique index only_one_idx on public.record (source_id)`.execute(db);
  await expect(writePages(db, { sourceId, pages })).rejects.toThrow(/only_one_idx/);
  await sql`drop index public.only_one_idx`.execute(db);
  // A database in which the record is never seen to be there: each try takes two numbers.
  await sql`alter table public.record drop constraint record_oai_identifier_source_id_key`.execute(db);
  await sql`create unique index record_oai_identifier_source_id_key on public.record (source_id)`.execute(db);
  await sql`select setval('public.record_id_seq', 1000)`.execute(db);
  await expect(writePages(db, { sourceId, pages })).rejects.toThrow('another transaction has inserted a record');
  expect((await sql<{ n: number }>`select last_value as n from public.record_id_seq`.execute(db)).rows).toEqual([{ n: 1_200 }]);
});

test('the history has no hole: each revision lasts until the next begins, and the last until the record', async () => {
  const source = await newSource('revisions');
  await writeByWorkers(source, shuffled(overlappingPages(), 5), 4);
  const { rows } = await sql<{ revisions: number; holes: number }>`
    with revision as (
      select record_id, revision, changed_at, replaced_at from record_history
      union all
      select id, revision, changed_at, null from record
    ), chained as (
      select revision.*, lead(changed_at) over (partition by record_id order by revision) as next_changed_at
      from revision where record_id in (select id from record where source_id = ${source})
    )
    select count(*) as revisions, count(*) filter (where replaced_at is distinct from next_changed_at) as holes from chained
  `.execute(database.db);
  expect(rows[0]?.revisions).toBeGreaterThan(120);
  expect(rows[0]?.holes).toBe(0);
});
