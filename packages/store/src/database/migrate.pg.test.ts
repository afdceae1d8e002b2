import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSteps, placeBefore } from '../changes/list-changes.ts';
import { createDb } from './db.ts';
import { deleteRecordRows } from '../harvest/sources.ts';
import { headerColumns } from './metadata-columns.ts';
import { columnPaths, propertiesOf } from './metadata-properties.ts';
import { listTables } from './record-lists.ts';
import { migrateTo, migrateToLatest, MigrationError, pendingMigrations, schemaIsCurrent } from './migrate.ts';
import { deletedRecord, richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { fromMicros, settledUntil } from './settled.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { type HarvestedRecord, incomingRecords } from '../write/harvested-record.ts';
import { writeRecords } from '../write/write-records.ts';

let test1: TestDatabase;
beforeAll(async () => {
  test1 = await createTestDatabase(process.env['DATABASE_URL']);
});
afterAll(() => test1[Symbol.asyncDispose]());

async function emptySchemas() {
  await sql`
    drop schema if exists public, harvest, analytics, migration cascade;
    create schema public`.execute(test1.db);
}

test('several processes may migrate an empty database at once', async () => {
  await emptySchemas();
  expect(await schemaIsCurrent(test1.db)).toBe(false);
  const others = [createDb(test1.url), createDb(test1.url), createDb(test1.url)];
  const applied = await Promise.all(others.map((db) => migrateToLatest(db)));
  await Promise.all(others.map((db) => db.destroy()));
  expect(applied.map((names) => names.length > 0).filter(Boolean)).toEqual([true]);
  expect(applied.flat()).toContain('20261121T080100-records');
  expect(await schemaIsCurrent(test1.db)).toBe(true);
  expect(await migrateToLatest(test1.db)).toEqual([]);
});

test('a migration that fails is named and leaves nothing behind', async () => {
  await emptySchemas();
  await sql`create table public.record_title (id int)`.execute(test1.db);
  const error = await migrateToLatest(test1.db).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MigrationError);
  expect(error).toMatchObject({
    migration: '20261121T080101-record-lists',
    message: expect.stringContaining('relation "record_title" already exists') as string,
    cause: { code: '42P07' },
  });
  const { rows } = await sql`select from pg_namespace where nspname = 'harvest'`.execute(test1.db);
  expect(rows).toHaveLength(0);
  await emptySchemas();
  await migrateToLatest(test1.db);
});

test('a database that lacks a migration before its newest one gets it, whatever is applied already', async () => {
  await emptySchemas();
  const [missing, newest] = ['20261201T163000-pruning', '20261201T170000-descriptions-once'];
  await migrateTo(test1.db, '20261201T132000-names-by-content');
  // As a version between the two would have left it.
  const { up } = (await import(`../../migrations/${newest}.ts`)) as { up: (db: unknown) => Promise<void> };
  await up(test1.db);
  await sql`insert into migration.kysely_migration (name, timestamp) values (${newest}, now())`.execute(test1.db);
  expect(await pendingMigrations(test1.db)).toContain(missing);
  expect(await migrateToLatest(test1.db)).toContain(missing);
  expect(await schemaIsCurrent(test1.db)).toBe(true);
});

test('every table and every column says what it is', async () => {
  const { rows } = await sql<{ place: string }>`
    select c.relname || coalesce('.' || a.attname, '') as place
    from pg_class c
    left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)
  `.execute(test1.db);
  expect(rows).toEqual([]);
});

test('every column that the code writes exists, with its type, and no column of a list is left out', async () => {
  const { rows } = await sql<{ table: string; column: string; type: string }>`
    select table_name as table, column_name as column, data_type as type from information_schema.columns where table_schema = 'public'`.execute(
    test1.db,
  );
  const written = [...columnPaths(), ...columnPaths(propertiesOf(headerColumns))];
  const typeOf = new Map(rows.map((it) => [`${it.table}.${it.column}`, it.type]));
  expect(written.filter((it) => typeOf.get(`${it.table}.${it.column}`) !== it.type)).toEqual([]);
  // `identifier` and `scheme` of references come from JSON, as facts.
  const known = new Set([...written.map((it) => `${it.table}.${it.column}`), 'record_reference.identifier', 'record_reference.scheme']);
  const keys = ['record_id', 'role', 'person_position', 'position'];
  const lists = new Set<string>(listTables);
  expect(rows.filter((it) => lists.has(it.table) && !keys.includes(it.column) && !known.has(`${it.table}.${it.column}`))).toEqual([]);
});

test('the code knows every list table of the database, and every row goes with its record', async () => {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'record_id' and ordinal_position = 1
      and table_name not in ('record_history', 'record_file', 'record_stats', 'record_stats_history', 'record_language', 'record_custom_field', 'record_award', 'record_creator_role',
        'record_set_change')`.execute(test1.db);
  expect(rows.map(({ name }) => name).sort()).toEqual([...listTables].sort());
  const count = async (): Promise<number[]> =>
    Promise.all(
      listTables.map(async (table) =>
        Number(
          (
            await test1.db
              .selectFrom(table)
              .select((eb) => eb.fn.countAll<number>().as('n'))
              .executeTakeFirstOrThrow()
          ).n,
        ),
      ),
    );
  const { id: sourceId } = await test1.db
    .insertInto('harvest.source')
    .values({ name: 'lists', base_url: 'https://lists' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const issues = [{ code: 'x', path: '', value: null, severity: 'info' as const }];
  const { toIndex } = await writeRecords(test1.db, {
    sourceId,
    pageId: 1,
    records: [{ ...sampleRecord(1, '2024-01-01', richMetadata, ['a']), issues }],
  });
  expect((await count()).filter((n) => n === 0)).toEqual([]);
  await deleteRecordRows(
    test1.db,
    toIndex.map((it) => it.recordId),
  );
  expect((await count()).filter((n) => n > 0)).toEqual([]);
});

test('tombstones without sets regain those of their last living revision, once, as a change that can be followed', async () => {
  await emptySchemas();
  await migrateTo(test1.db, '20261201T092000-people-views');
  const { id: sourceId } = await test1.db
    .insertInto('harvest.source')
    .values({ name: 'tombs', base_url: 'https://tombs' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const write = (pageId: number, ...records: HarvestedRecord[]) => writeRecords(test1.db, { sourceId, pageId, records });
  const sets = ['user-zoo', 'Ärzte "und" \\ mehr', 'a:b'];
  // Today's code writes the rows, and a later migration renames this column.
  await sql`alter table record rename column wire_hash to element_hash`.execute(test1.db);
  await write(1, ...[1, 2, 3].map((number) => sampleRecord(number, '2024-01-01', {}, number === 2 ? [] : sets)));
  await write(2, deletedRecord(1, '2024-01-02'), deletedRecord(2, '2024-01-02'));
  // As the version before wrote it.
  const { metadataHash } = incomingRecords([{ pageId: 2, records: [deletedRecord(1, '2024-01-02')] }], new Date())[0]!;
  await sql`delete from record_set s using record r where r.id = s.record_id and r.deleted`.execute(test1.db);
  await sql`update record set metadata_hash = ${Buffer.from(metadataHash, 'hex')} where deleted`.execute(test1.db);
  await sql`alter table record rename column element_hash to wire_hash`.execute(test1.db);
  const before = await settledUntil(test1.db);
  await migrateToLatest(test1.db);
  const states = await sql<{ recid: number; revision: number; is_new: boolean; sets: string[] }>`
    select recid, revision, changed_at >= ${fromMicros(before)} as is_new,
      array(select set_spec from record_set where record_id = r.id order by position) as sets from record r order by recid`.execute(
    test1.db,
  );
  expect(states.rows).toEqual([
    { recid: 1, revision: 3, is_new: true, sets },
    { recid: 2, revision: 2, is_new: false, sets: [] },
    { recid: 3, revision: 1, is_new: false, sets },
  ]);
  // The same header again changes nothing: the hash is that of the sets.
  expect(await write(3, deletedRecord(1, '2024-01-02'), deletedRecord(2, '2024-01-02'))).toMatchObject({ unchanged: 2 });
  const { steps } = await listSteps(test1.db, { after: placeBefore(before), limit: 9 });
  expect(steps.map(({ recid, revision, paths }) => ({ recid, revision, paths }))).toEqual([{ recid: 1, revision: 2, paths: ['setSpecs'] }]);
});

test('thresher_reader reads and does not write', async () => {
  await test1.db.connection().execute(async (db) => {
    await sql`set role thresher_reader`.execute(db);
    await sql`select count(*) from record join record_title on record_id = id`.execute(db);
    await expect(sql`delete from record_title`.execute(db)).rejects.toMatchObject({ code: '42501' });
    await expect(sql`create table public.mine (id int)`.execute(db)).rejects.toMatchObject({ code: '42501' });
    await sql`reset role`.execute(db);
  });
});

test('without the right to make roles the migration says so and goes on', async () => {
  await emptySchemas();
  const role = `thresher_owner_${Date.now()}`;
  await sql`create role ${sql.ref(role)} login password 'test'`.execute(test1.db);
  await sql`
    do ${sql.lit(`declare f regprocedure; begin
      for f in select oid::regprocedure from pg_proc where proname ~ '^pg_(try_)?advisory_|^set_config$' loop
        execute format('grant execute on function %s to ${role}', f);
      end loop;
    end`)};
    grant usage on language plpgsql to ${sql.ref(role)}`.execute(test1.db);
  const database = new URL(test1.url).pathname.slice(1);
  await sql`grant create on database ${sql.ref(database)} to ${sql.ref(role)}; grant all on schema public to ${sql.ref(role)}`.execute(
    test1.db,
  );
  const url = new URL(test1.url);
  url.username = role;
  url.password = 'test';
  const db = createDb(url.href);
  await migrateToLatest(db);
  expect(await schemaIsCurrent(db)).toBe(true);
  await db.destroy();
  await sql`drop owned by ${sql.ref(role)} cascade; drop role ${sql.ref(role)}`.execute(test1.db);
});

test('numbers, instants and days come out as the types say', async () => {
  const { rows } = await sql`
    select 9007199254740991::bigint as big, 1.5::numeric as exact, array[1, 2]::bigint[] as bigs, '{}'::bigint[] as none,
      '2024-05-01'::date as day, '0044-03-15 BC'::date as ides, '2024-05-01T00:00:00Z'::timestamptz as instant, '\\x01'::bytea as bytes
  `.execute(test1.db);
  expect(rows).toEqual([
    {
      big: 9007199254740991,
      exact: 1.5,
      bigs: [1, 2],
      none: [],
      day: '2024-05-01',
      ides: '0044-03-15 BC',
      instant: new Date('2024-05-01T00:00:00Z'),
      bytes: Buffer.from([1]),
    },
  ]);
});

test('an idle connection that the server closes is reported and replaced', async () => {
  const errors: Error[] = [];
  await using db = createDb({ connectionString: test1.url, max: 1, onLost: (error) => errors.push(error) });
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const closed = new Promise((resolve) => db.pool.once('error', resolve));
  await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(test1.db);
  await closed;
  expect(errors).toMatchObject([{ code: '57P01' }]);
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
});
