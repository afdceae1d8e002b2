import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { byDuckDB, createExportDatabase, runExport, size } from '../../test/export-database.ts';
import type { Io } from '../io.ts';
import { run } from '../program.ts';
import { fileNameOf, flatSources, type FlatTable } from './flat-tables.ts';
import type { Manifest } from './manifest.ts';

let database: TestDatabase;
let out: string;

beforeAll(async () => {
  database = await createExportDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'export-'));
  return () => rmSync(out, { recursive: true });
});

const thresher = (argv: string[], signal?: AbortSignal) => runExport(database.url, [...argv, '--out', out], signal);

const manifest = (): Manifest => JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest;

/** Tables of SQL with the number of rows that belong to live records. */
async function liveRows(): Promise<Record<string, number>> {
  const { rows } = await database.db.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and (table_name like 'record%' or table_name = 'community')
     and table_name <> 'record_history'`,
  );
  const counts = rows.map(async ({ name }) => {
    const records = `(select id from record where not deleted and metadata is not null)`;
    const where = name === 'record' ? `where id in ${records}` : name === 'community' ? '' : `where record_id in ${records}`;
    const counted = await database.db.pool.query<{ n: string }>(`select count(*) as n from ${name} ${where}`);
    return [name, Number(counted.rows[0]!.n)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

const COMPARED = `select r.oai_identifier as id, c.position, c.name, c.orcid, a.name as affiliation
  from TABLE:record r join TABLE:record_creator c on c.record_id = r.id
  left join TABLE:record_affiliation a on a.record_id = r.id and a.role = 'creator' and a.person_position = c.position and a.position = 0
  order by 1, 2`;
const inSql = async () =>
  (await database.db.pool.query(COMPARED.replace('order by', 'where not r.deleted order by').replaceAll('TABLE:', ''))).rows as {
    position: number;
  }[];

test('flat tables: one Parquet file each, with all rows of live records', { timeout: 90_000 }, async () => {
  expect(await thresher(['parquet', '--flat'])).toMatchObject({ code: 0 });
  const expected = await liveRows();
  expect(expected['record']).toBe(size - 2);
  const { partitions, flat, complete, schema } = manifest();
  expect({ flat, complete, schema }).toEqual({ flat: true, complete: true, schema: [] });
  const counted = Object.fromEntries(Object.entries(expected).map(([table, rows]) => [fileNameOf(table), rows]));
  expect(Object.fromEntries(partitions.map(({ name, rows }) => [name, rows]))).toEqual(counted);
  for (const { name, files } of partitions) {
    expect(files.map(({ path }) => path)).toEqual([`${name}.parquet`]);
    expect(await byDuckDB(`select count(*)::integer as n from '${out}/${name}.parquet'`)).toEqual([{ n: counted[name] }]);
  }
  expect(Object.keys(counted)).toEqual(expect.arrayContaining(['records', 'creators', 'funding', 'memberships', 'communities', 'files']));
  const byTable = COMPARED.replaceAll(/TABLE:(\w+)/g, (_, table: string) => `'${out}/${fileNameOf(table)}.parquet'`);
  expect(await byDuckDB(byTable)).toEqual(await inSql());
  const columns = Object.fromEntries(
    (await byDuckDB(`describe select * from '${out}/records.parquet'`)).map((one) => [one['column_name'], one['column_type']]),
  );
  expect(columns).toMatchObject({
    source: 'VARCHAR',
    id: 'BIGINT',
    publication_date: 'DATE',
    datestamp: 'TIMESTAMP WITH TIME ZONE',
    deleted: 'BOOLEAN',
    publication_year: 'INTEGER',
  });
  expect(columns).not.toHaveProperty('metadata');
  expect(partitions.find(({ name }) => name === 'creators')!.schema).toContainEqual({ name: 'orcid', type: 'VARCHAR' });
  // Nothing is left over, and another kind of export does not go into the same folder.
  expect(globSync('**/*.part', { cwd: out })).toEqual([]);
  expect(await thresher(['parquet'])).toMatchObject({ code: 2, err: expect.stringContaining('--flat') });
});

test('flat tables as CSV, and further files for rows that one has no room for', async () => {
  expect(await thresher(['csv', '--flat', '--compression', 'none'])).toMatchObject({ code: 0 });
  expect(readFileSync(join(out, 'languages.csv'), 'utf8').split(/\r?\n/).slice(0, 2).join('|')).toMatch(
    /^record_id,position,language\|\d+,0,eng$/,
  );
  const [source] = flatSources([{ fileName: 'creators' } as FlatTable]);
  expect([0, 1, 2].map((n) => source!.path(n))).toEqual(['creators', 'creators-2', 'creators-3']);
});

test(
  'one DuckDB file has the tables by their names in SQL, with comments, and is replaced by the next export',
  { timeout: 90_000 },
  async () => {
    const file = join(out, 'all.duckdb');
    const exported = async (...more: string[]) => {
      let [text, err] = ['', ''];
      const io: Io = {
        env: { DATABASE_URL: database.url },
        stdout: { write: (piece) => (text += String(piece)) },
        stderr: { write: (piece) => (err += piece) },
        signal: new AbortController().signal,
      };
      return { code: await run(['export', 'duckdb', '--out', file, ...more], io), text, err };
    };
    const first = await exported('--json');
    expect(first.code).toBe(0);
    const expected = await liveRows();
    const { tables } = JSON.parse(first.text) as { tables: { name: string; rows: number }[] };
    expect(Object.fromEntries(tables.map(({ name, rows }) => [name, rows]))).toEqual(expected);
    const ask = async (query: string) => {
      const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
      const connection = await instance.connect();
      try {
        return (await connection.runAndReadAll(query)).getRowObjectsJson();
      } finally {
        connection.closeSync();
        instance.closeSync();
      }
    };
    for (const [name, rows] of Object.entries(expected))
      expect([name, await ask(`select count(*)::integer as n from ${name}`)]).toEqual([name, [{ n: rows }]]);
    expect(await ask(COMPARED.replaceAll('TABLE:', ''))).toEqual(await inSql());
    const { rows: comments } = await database.db.pool.query(
      `select col_description('record_creator'::regclass, attnum) as comment from pg_attribute where attrelid = 'record_creator'::regclass and attname = 'orcid'`,
    );
    expect(await ask(`select comment from duckdb_columns() where table_name = 'record_creator' and column_name = 'orcid'`)).toEqual(
      comments,
    );
    const inode = statSync(file).ino;
    expect(await exported()).toMatchObject({ code: 0, text: expect.stringMatching(/all\.duckdb: \d+ tables, \d+ MB/) });
    expect(statSync(file).ino).not.toBe(inode);
    expect(globSync('*', { cwd: out })).toEqual(['all.duckdb']);
    // A file of somebody else is left alone.
    rmSync(file);
    writeFileSync(file, 'letters');
    expect(await exported()).toEqual({
      code: 2,
      text: '',
      err: `thresher: ${file} was not written by thresher export: choose another --out, or remove it\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe('letters');
  },
);

test('an interrupted export to DuckDB leaves the earlier file, and nothing half written', async () => {
  const file = join(out, 'all.duckdb');
  const interrupted = async () => {
    const controller = new AbortController();
    const io: Io = {
      env: { DATABASE_URL: database.url },
      stdout: { write: () => true },
      stderr: { write: () => controller.abort() },
      signal: controller.signal,
    };
    return run(['export', 'duckdb', '--out', file], io);
  };
  expect(await interrupted()).toBe(130);
  expect(globSync('*', { cwd: out })).toEqual([]);
});

test.each([
  [['parquet', '--flat', '--query', 'select 1'], 'tables are of records'],
  [['duckdb', '--query', 'select 1'], 'tables are of records'],
  [['duckdb', '--compression', 'gzip'], '--compression goes with files'],
])('%j: %s', async (argv, sentence) => {
  expect(await thresher(argv)).toEqual({ code: 2, err: expect.stringContaining(sentence) });
});
