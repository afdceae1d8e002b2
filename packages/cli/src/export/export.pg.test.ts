import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { readFacts } from '@thresher/datacite';
import { exportMonths } from '@thresher/store/read';
import { writeFacts } from '@thresher/store/write';
import type { TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { byDuckDB, createExportDatabase, enriched, factsRecord, runExport, size } from '../../test/export-database.ts';
import type { Io } from '../io.ts';
import { run } from '../program.ts';
import type { Manifest } from './manifest.ts';

/** What all formats have of it alike. */
const factsAsRead = {
  factsAt: expect.any(String) as string,
  createdAt: expect.stringContaining('2024-03-01') as string,
  versionIndex: 2,
  swhid: 'swh:1:dir:01',
  descriptionHtml: '<p>Tide <em>tables</em></p>',
  journal: { title: 'Annals of Tides', volume: '7' },
  languages: ['eng', 'cym'],
  citedReferences: [{ reference: 'Moon (1990)', identifier: '10.5072/moon', scheme: 'doi' }, { reference: 'Sun' }],
  awards: [{ funderName: 'Shore Fund', number: '7', acronym: 'TIDE', program: 'SHORE.1' }],
  creatorRoles: [{ position: 0, name: 'Doe, Jane', role: 'editor' }],
};
const families = ['Fucaceae', 'Laminariaceae'].map((value) => ({ field: 'dwc:family', value }));
const unheard = { title: { en: 'New' }, more: [1, null] };

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
const filesThere = (): string[] => globSync('**/part-*', { cwd: out }).toSorted();
const live = async () =>
  (
    await database.db.pool.query(
      'select oai_identifier as id, analytics.whole_metadata(metadata, description) as metadata from record where not deleted order by 1',
    )
  ).rows as { id: string; metadata: object }[];

test('JSON lines hold the whole record, and the manifest tells every file', async () => {
  expect(await thresher(['jsonl'])).toMatchObject({ code: 0 });
  const { partitions, rows, complete, schema } = manifest();
  const lines = partitions
    .flatMap((partition) => partition.files.map((file) => ({ partition, text: gunzipSync(readFileSync(join(out, file.path))).toString() })))
    .flatMap(({ partition, text }) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => ({ partition, record: JSON.parse(line) as { oaiIdentifier: string; datestamp: string } })),
    );
  const { rows: expected } = { rows: await live() };
  expect({ rows, complete, lines: lines.length }).toEqual({ rows: size - 2, complete: true, lines: size - 2 });
  expect(lines.every(({ partition, record }) => record.datestamp.startsWith(partition.name))).toBe(true);
  const exported = new Map(lines.map(({ record }) => [record.oaiIdentifier, record]));
  for (const { id, metadata } of expected) expect(exported.get(id)).toMatchObject(metadata);
  expect(schema.map((column) => column.name)).toContain('relatedIdentifiers');
  const records = lines.map(({ record }) => record);
  expect(records.filter((record) => 'files' in record || 'statistics' in record).map((record) => record.oaiIdentifier)).toEqual([enriched]);
  expect(exported.get(enriched)).toMatchObject({
    ...factsAsRead,
    files: [
      { key: 'a.csv', fileType: 'csv', size: 5_000_000_000, checksum: 'md5:00', mimetype: 'text/csv' },
      { key: 'b', size: 2 },
    ],
    statistics: { asOf: expect.stringContaining('2026-09-05'), views: 3, downloads: 2, versionViews: 1, versionDownloads: 0 },
    customFields: [
      ...families,
      { field: 'journal:journal', value: 'Annals of Tides' },
      { field: 'unheard:of', value: 'New', json: unheard },
    ],
  });
});

test('Parquet is read back by DuckDB: every record, every nested value, and its month', async () => {
  expect(await thresher(['parquet'])).toMatchObject({ code: 0 });
  const found = await byDuckDB(
    `select * from read_parquet('${out}/records/**/*.parquet', hive_partitioning = true) order by "oaiIdentifier"`,
  );
  const expected = await live();
  expect(found).toHaveLength(size - 2);
  found.forEach((row, n) => {
    expect(row['oaiIdentifier']).toBe(expected[n]!.id);
    expect(withoutNulls(row)).toMatchObject(withoutNulls(expected[n]!.metadata) as object);
    expect(String(row['datestamp'])).toContain(String(row['updated_month']));
  });
  const row = found.find((one) => one['oaiIdentifier'] === enriched)!;
  expect(withoutNulls(row)).toMatchObject({
    ...factsAsRead,
    files: [
      { key: 'a.csv', fileType: 'csv', size: '5000000000' },
      { key: 'b', size: '2' },
    ],
    statistics: { views: '3', downloads: '2', versionDownloads: '0' },
    customFields: [...families, {}, { field: 'unheard:of', value: 'New', json: expect.any(String) }],
  });
  expect(JSON.parse((row['customFields'] as { json: string }[])[3]!.json)).toEqual(unheard);
});

/** BIGINT comes out of DuckDB as text, and a list of structs with null fields where JSON has none. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [name, withoutNulls(inner)]),
  );
}

test('CSV has a line per record, lists joined', async () => {
  expect(await thresher(['csv', '--compression', 'none'])).toMatchObject({ code: 0 });
  const csv = `read_csv('${out}/records/**/*.csv', all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')`;
  const found = await byDuckDB(`select "oaiIdentifier" as id, creators, title from ${csv} order by 1`);
  expect(await byDuckDB(`select journal, files, "totalBytes", views, downloads from ${csv} where "oaiIdentifier" = '${enriched}'`)).toEqual(
    [{ journal: 'Annals of Tides', files: 'a.csv; b', totalBytes: '5000000002', views: '3', downloads: '2' }],
  );
  const { rows } = await database.db.pool.query(
    `select oai_identifier as id, title, (select string_agg(name, '; ' order by position) from record_creator where record_id = r.id) as creators from record r where not deleted order by 1`,
  );
  expect(found).toEqual(
    rows.map((row: { id: string; title: string; creators: string }) => ({ id: row.id, creators: row.creators, title: row.title })),
  );
});

test('statistics that change alone change the month of their record', async () => {
  const prints = async () => new Map((await exportMonths(database.db)).map(({ month, fingerprint }) => [month, fingerprint]));
  const before = await prints();
  const { rows } = await database.db.pool.query<{ source_id: number }>('select source_id from record limit 1');
  const again = [{ oaiIdentifier: enriched, facts: readFacts(factsRecord(4)) }];
  expect(await writeFacts(database.db, rows[0]!.source_id, again, new Date('2026-10-05T00:00:00Z'))).toMatchObject({
    changed: 0,
    counted: 1,
  });
  const after = await prints();
  expect([...after].filter(([month, print]) => before.get(month) !== print)).toHaveLength(1);
});

test('what is there and unchanged stays; what changed, is damaged or missing is written again', async () => {
  await thresher(['jsonl', '--compression', 'zstd']);
  const before = manifest();
  const age = (path: string): number => statSync(join(out, path)).mtimeMs;
  const [first, second, third, ...others] = before.partitions.map((partition) => partition.files[0]!.path);
  const ages = new Map(others.map((path) => [path, age(path)]));
  writeFileSync(join(out, first!), 'damaged');
  rmSync(join(out, second!));
  const month = before.partitions[2]!.name;
  await database.db.pool.query(
    `update record set revision = revision + 1 where id = (select min(id) from record where not deleted and to_char(datestamp at time zone 'UTC', 'YYYY-MM') = $1)`,
    [month],
  );
  const { err } = await thresher(['jsonl', '--compression', 'zstd']);
  expect(err.match(/ rows/g)).toHaveLength(3);
  expect(others.every((path) => age(path) === ages.get(path))).toBe(true);
  expect(manifest().rows).toBe(before.rows);
  expect(zstdDecompressSync(readFileSync(join(out, third!))).toString()).toContain('"revision" : 2');
});

test('an interrupted export goes on, and leaves nothing half written', async () => {
  const controller = new AbortController();
  let seen = 0;
  const io: Io = {
    env: { DATABASE_URL: database.url },
    stdout: { write: () => true },
    signal: controller.signal,
    stderr: {
      write: () => {
        if (++seen === 3) controller.abort();
      },
    },
  };
  expect(await run(['export', 'parquet', '--out', out], io)).toBe(130);
  const { complete, partitions } = manifest();
  expect(complete).toBe(false);
  // The one that was under way next to the third may have ended, too.
  expect([3, 4]).toContain(partitions.length);
  expect(globSync('**/*.part', { cwd: out })).toEqual([]);
  const { err } = await thresher(['parquet']);
  expect(err.match(/ rows/g)).toHaveLength(manifest().partitions.length - partitions.length);
  expect(manifest()).toMatchObject({ complete: true, rows: size - 2 });
});

test('a month that is no more is taken away', async () => {
  await thresher(['jsonl']);
  const gone = manifest().partitions[0]!;
  await database.db.pool.query(
    `update record set datestamp = '2030-01-01T00:00:00Z' where to_char(datestamp at time zone 'UTC', 'YYYY-MM') = $1 and not deleted`,
    [gone.name],
  );
  await thresher(['jsonl']);
  expect(existsSync(join(out, gone.files[0]!.path))).toBe(false);
  expect(manifest().partitions.map((partition) => partition.name)).not.toContain(gone.name);
  expect(manifest().rows).toBe(size - 2);
  expect(filesThere()).toEqual(
    manifest()
      .partitions.flatMap((partition) => partition.files.map((file) => file.path))
      .toSorted(),
  );
});

test('the result of a query has the types of its columns', async () => {
  const query = `select recid, title, publication_date, deleted, 1.5 as half, array['a', 'b'] as list, date '0044-03-15 BC' as ides, changed_at, '{"a": 1}'::jsonb as j from record where not deleted order by id limit 3;`;
  expect(await thresher(['parquet', '--query', query])).toMatchObject({ code: 0 });
  expect(filesThere()).toEqual(['rows/part-0.parquet']);
  const columns = await byDuckDB(`describe select * from '${out}/rows/*.parquet'`);
  expect(Object.fromEntries(columns.map((column) => [column['column_name'], column['column_type']]))).toEqual({
    recid: 'BIGINT',
    title: 'VARCHAR',
    publication_date: 'DATE',
    deleted: 'BOOLEAN',
    half: 'DOUBLE',
    list: 'VARCHAR[]',
    ides: 'DATE',
    changed_at: 'TIMESTAMP WITH TIME ZONE',
    j: 'VARCHAR',
  });
  expect(await byDuckDB(`select count(*) as n, any_value(half) as half, any_value(list) as list from '${out}/rows/*.parquet'`)).toEqual([
    { n: '3', half: 1.5, list: ['a', 'b'] },
  ]);
});

test('CSV holds no text that a spreadsheet runs, and its numbers are numbers', async () => {
  const query = `select '=1+1' as a, -5 as b, '-5' as c, -46.25::float8 as d, E'\\t=1' as e, '＠b' as f, null::text as g, date '2024-05-31' as h, array['=1'] as i`;
  expect(await thresher(['csv', '--compression', 'none', '--query', query])).toMatchObject({ code: 0 });
  expect(readFileSync(join(out, 'rows/part-0.csv'), 'utf8')).toBe(`a,b,c,d,e,f,g,h,i\n'=1+1,-5,-5,-46.25,'\t=1,'＠b,,2024-05-31,['=1']\n`);
});

test('a query that gives nothing still makes a file with its columns', async () => {
  expect(await thresher(['csv', '--compression', 'none', '--query', 'select recid, title from record where false'])).toMatchObject({
    code: 0,
  });
  expect(readFileSync(join(out, 'rows/part-0.csv'), 'utf8')).toBe('recid,title\n');
});

test('invalid options get an error message of one sentence', async () => {
  await thresher(['csv', '--query', 'select 1 as a']);
  expect(await thresher(['jsonl'])).toEqual({
    code: 2,
    err: `thresher: ${out} holds another export (csv, gzip, select 1 as a): choose another --out, or remove it\n`,
  });
  expect(await thresher(['csv', '--query', 'select nonsense from record'])).toMatchObject({
    err: expect.stringMatching(/^thresher: column "nonsense" does not exist/),
  });
  expect(await thresher(['csv', '--query', 'select 1) q; delete from record; select * from (select 1'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('multiple commands'),
  });
  expect(await thresher(['csv', '--query', 'coral reefs'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('search needs Elasticsearch'),
  });
});
