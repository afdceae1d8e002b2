import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { PoolClient } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Db } from './db.ts';
import { appliedMigrations, migrateTo, migrateToLatest, unknownMigrations } from './migrate.ts';

/** What a folder with a backup holds, written last: without it the backup is not complete. */
interface Manifest {
  readonly format: 1;
  /** The instant that the backup shows. */
  readonly at: string;
  readonly serverVersion: string;
  /** In order. The data fit the tables that these made. */
  readonly migrations: readonly string[];
  readonly tables: readonly SavedTable[];
}

interface SavedTable {
  readonly name: string;
  /** As they are in each line of the file. */
  readonly columns: readonly string[];
  readonly file: string;
  readonly rows: number;
  /** Of the rows, not of the file: what zstd makes of the same bytes depends on the pieces in which they come. */
  readonly sha256: string;
  /** Column whose numbers a sequence gives out, and the last one it gave; null: none was. */
  readonly sequences: Readonly<Record<string, number | null>>;
}

/** A backup cannot be made or used. The message says why. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

const manifestFile = 'manifest.json';

/** Tables that are made from these again: `bullmq` by the sweep, `analytics` by a refresh, `migration` by migrating. */
const savedSchemas = ['public', 'harvest'];

export interface BackupSummary {
  readonly at: string;
  readonly tables: number;
  readonly rows: number;
}

/**
 * Writes all tables, as they are at one instant, into a new or empty folder, while others go on reading and writing: a file a table, in COPY's text format
 * compressed by zstd. Needs no program of PostgreSQL, and is read by any later version of it.
 *
 * @throws BackupError if the folder is not empty; what PostgreSQL and the file system throw.
 */
export async function backUp(db: Db, folder: string, onTable: (name: string) => unknown, signal: AbortSignal): Promise<BackupSummary> {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await fs.readdir(folder)).length > 0) throw new BackupError(`${folder} is not empty: name a new folder`);
  const client = await db.pool.connect();
  try {
    await client.query('begin transaction isolation level repeatable read, read only');
    await unhurried(client);
    const { rows } = await client.query<{ at: Date; version: string }>(`select now() as at, current_setting('server_version') as version`);
    const migrations = await appliedMigrations(db);
    const tables: SavedTable[] = [];
    for (const table of await listTables(client)) {
      signal.throwIfAborted();
      onTable(table.name);
      tables.push(await saveTable(client, table, folder, signal));
    }
    const manifest: Manifest = { format: 1, at: rows[0]!.at.toISOString(), serverVersion: rows[0]!.version, migrations, tables };
    // Under its name only when it is whole.
    const draft = path.join(folder, `${manifestFile}.new`);
    await fs.writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
    await fs.rename(draft, path.join(folder, manifestFile));
    return summaryOf(manifest);
  } finally {
    // Its transaction has written nothing.
    client.release(true);
  }
}

/**
 * Fills an empty database from a backup: makes the tables as they were, copies the rows in one transaction, and migrates to the latest
 * version. The search index is not part of it.
 *
 * @throws BackupError if the backup is not whole, of a later version, or the database is not empty; what PostgreSQL throws.
 */
export async function restoreBackup(
  db: Db,
  folder: string,
  onTable: (name: string) => unknown,
  signal: AbortSignal,
): Promise<BackupSummary> {
  const manifest = await readManifest(folder);
  const later = await unknownMigrations(manifest.migrations);
  if (later.length > 0) throw new BackupError(`the backup was made by a later version of Thresher: ${later[0]} is not known here`);
  const client = await db.pool.connect();
  try {
    await mustBeEmpty(db, client, manifest);
    await migrateTo(db, manifest.migrations.at(-1)!);
    await client.query('begin');
    await unhurried(client);
    const here = await listTables(client);
    // Migrations put in rows, which are in the backup too. Without `cascade`, PostgreSQL 18 overlooks in the list a table whose
    // only foreign key is not enforced.
    await client.query(`truncate ${here.map(({ name }) => name).join(', ')} cascade`);
    for (const { name } of here) {
      const saved = manifest.tables.find((table) => table.name === name);
      if (saved === undefined) throw new BackupError(`the backup has no table ${name}`);
      onTable(name);
      await fillTable(client, saved, folder, signal);
    }
    await client.query('commit');
    await client.query('analyze');
  } finally {
    client.release(true);
  }
  await migrateToLatest(db);
  return summaryOf(manifest);
}

/** Tables without records and sources are what a restore that failed leaves. */
async function mustBeEmpty(db: Db, client: PoolClient, { migrations }: Manifest): Promise<void> {
  const tables = (await listTables(client)).map(({ name }) => name);
  for (const name of ['public.record', 'harvest.source'].filter((one) => tables.includes(one)))
    if ((await client.query(`select from ${name} limit 1`)).rowCount !== 0)
      throw new BackupError('the database is not empty: restore into a new one');
  const known = new Set(migrations);
  const later = (await appliedMigrations(db)).find((name) => !known.has(name));
  if (later !== undefined)
    throw new BackupError(`the database has tables that are newer than the backup (${later}): restore into one without tables`);
}

const summaryOf = ({ at, tables }: Manifest): BackupSummary => ({
  at,
  tables: tables.length,
  rows: tables.reduce((sum, { rows }) => sum + rows, 0),
});

/** A table takes as long as it takes, and the same text whatever the server is set to. */
async function unhurried(client: PoolClient): Promise<void> {
  await client.query(`
    set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0;
    set local datestyle = 'ISO'; set local timezone = 'UTC'; set local intervalstyle = 'postgres'; set local client_encoding = 'UTF8'`);
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly sequences: readonly { readonly column: string; readonly sequence: string }[];
}

/** The tables, each after those that its foreign keys refer to. Generated columns are left out. */
async function listTables(client: PoolClient): Promise<Table[]> {
  const { rows } = await client.query<Table & { readonly refers: readonly string[] }>(
    `select format('%I.%I', n.nspname, c.relname) as name,
       (select array_agg(format('%I', a.attname) order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
       (select coalesce(jsonb_agg(jsonb_build_object('column', a.attname, 'sequence', s.name)), '[]') from pg_attribute a
        cross join lateral (select pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) as name) s
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and s.name is not null) as sequences,
       array(select k.confrelid::regclass::text from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as refers
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind = 'r' order by 1`,
    [savedSchemas],
  );
  return inOrder(rows, (name) => rows.find((row) => row.name === name || row.name === `public.${name}`)!);
}

/** Each row after those that it refers to. PostgreSQL leaves `public` out of a name. */
function inOrder<T extends { readonly refers: readonly string[] }>(rows: readonly T[], find: (name: string) => T): T[] {
  const ordered = new Set<T>();
  const add = (row: T): void => {
    if (ordered.has(row)) return;
    for (const name of row.refers) add(find(name));
    ordered.add(row);
  };
  for (const row of rows) add(row);
  return [...ordered];
}

async function saveTable(
  client: PoolClient,
  { name, columns, sequences }: Table,
  folder: string,
  signal: AbortSignal,
): Promise<SavedTable> {
  const file = `${name.replaceAll('"', '')}.copy.zst`;
  const digest = createHash('sha256');
  const copy = client.query(copyTo(`copy ${name} (${columns.join(', ')}) to stdout`));
  const target = createWriteStream(path.join(folder, file), { mode: 0o600, flush: true });
  await pipeline(copy, observe(digest), createZstdCompress(), target, { signal });
  const last: Record<string, number | null> = {};
  for (const { column, sequence } of sequences) {
    const { rows } = await client.query<{ last: number | null }>('select pg_sequence_last_value($1::regclass) as last', [sequence]);
    last[column] = rows[0]!.last;
  }
  return { name, columns, file, rows: copy.rowCount, sha256: digest.digest('hex'), sequences: last };
}

async function fillTable(client: PoolClient, table: SavedTable, folder: string, signal: AbortSignal): Promise<void> {
  const { name, columns, file, rows, sha256, sequences } = table;
  const digest = createHash('sha256');
  const copy = client.query(copyFrom(`copy ${name} (${columns.join(', ')}) from stdin`));
  await pipeline(createReadStream(path.join(folder, file)), createZstdDecompress(), observe(digest), copy, { signal });
  if (digest.digest('hex') !== sha256 || copy.rowCount !== rows)
    throw new BackupError(`${file} is not as it was written: ${rows} rows were saved, ${copy.rowCount} are in it`);
  for (const [column, last] of Object.entries(sequences))
    if (last !== null) await client.query('select setval(pg_get_serial_sequence($1, $2), $3)', [name, column, last]);
}

/** Passes bytes on and digests them. */
function observe(digest: ReturnType<typeof createHash>): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      digest.update(chunk);
      done(null, chunk);
    },
  });
}

async function readManifest(folder: string): Promise<Manifest> {
  let text: string;
  try {
    text = await fs.readFile(path.join(folder, manifestFile), 'utf8');
  } catch (cause) {
    throw new BackupError(`${folder} holds no complete backup: ${manifestFile} is missing`, { cause });
  }
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== 1) throw new BackupError(`the format ${String(manifest.format)} of the backup is not known here`);
  return manifest;
}
