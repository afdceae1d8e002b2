import { existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quotedName, quotedText } from '@thresher/api/duckdb';
import { UsageError } from '../io.ts';
import type { FlatTable } from './flat-tables.ts';
import { splitLines } from './split-lines.ts';
import { createLongestLine, pour, selectLines } from './write-part.ts';

/** What is in a file that was written. */
export interface DuckDbSummary {
  readonly bytes: number;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
}

/** Rows that are between PostgreSQL and DuckDB at a time, as a file of JSON lines. */
const ROWS_AT_ONCE = 500_000;

/** Made in each file, so that a later export replaces only a file that an export has written. */
const MARK = 'thresher_export';

/**
 * Writes tables, with the comments of their columns, into a DuckDB database, which gets its name when it is whole. Throws UsageError if another
 * file has that name, and the signal's reason.
 */
export async function writeDuckDb(
  path: string,
  tables: readonly FlatTable[],
  onTable: (table: { readonly name: string; readonly rows: number }) => void,
  signal: AbortSignal,
): Promise<DuckDbSummary> {
  if (existsSync(path)) await mustBeExport(path);
  const [part, raw] = [`${path}.part`, `${path}.jsonl.part`];
  const written: { name: string; rows: number }[] = [];
  try {
    await rm(part, { force: true });
    const instance = await DuckDBInstance.create(part, { threads: '2', memory_limit: '1GB' });
    const connection = await instance.connect();
    const interrupt = (): void => connection.interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      await connection.run(`set preserve_insertion_order = false; set timezone = 'UTC'`);
      for (const table of tables) {
        signal.throwIfAborted();
        written.push({ name: table.name, rows: await fillTable(connection, table, raw, signal) });
        onTable(written.at(-1)!);
      }
      await connection.run(`create table ${MARK} as select now() as written_at`);
    } finally {
      signal.removeEventListener('abort', interrupt);
      connection.closeSync();
      instance.closeSync();
    }
    await rename(part, path);
  } finally {
    for (const file of [part, `${part}.wal`, raw]) await rm(file, { force: true });
  }
  return { bytes: (await stat(path)).size, tables: written };
}

async function fillTable(connection: DuckDBConnection, table: FlatTable, raw: string, signal: AbortSignal): Promise<number> {
  const { name, layout, comment, columns } = table;
  const own = quotedName(name);
  await using rows = splitLines(table.read(), ROWS_AT_ONCE);
  let count = 0;
  do {
    const longest = createLongestLine();
    await pour(raw, longest.watch(rows.next()), [], signal);
    const query = selectLines(layout, raw, longest.bytes());
    await connection.run(count === 0 ? `create or replace table ${own} as ${query}` : `insert into ${own} ${query}`);
    count += rows.taken();
  } while (!rows.ended());
  if (comment !== null) await connection.run(`comment on table ${own} is ${quotedText(comment)}`);
  for (const column of columns)
    if (column.comment !== null)
      await connection.run(`comment on column ${own}.${quotedName(column.name)} is ${quotedText(column.comment)}`);
  return count;
}

async function mustBeExport(path: string): Promise<void> {
  const isExport = await hasMark(path).catch(() => false);
  if (!isExport) throw new UsageError(`${path} was not written by thresher export: choose another --out, or remove it`);
}

async function hasMark(path: string): Promise<boolean> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const found = await connection.runAndReadAll(`select 1 from duckdb_tables() where table_name = ${quotedText(MARK)}`);
    return found.currentRowCount > 0;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
