import type { Db } from '@thresher/store/database';
import { type ExportSelection, type ExportTable, openExportTables } from '@thresher/store/read';
import type { PartitionSource } from './export-folder.ts';
import { layoutOf } from './sources.ts';
import type { Layout } from './write-part.ts';

/** A table of an export, with the name of its file. */
export interface FlatTable extends ExportTable {
  readonly fileName: string;
  readonly layout: Layout;
}

/** DuckDB's types by the names of PostgreSQL's; all others become text. */
const TYPES: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  'double precision': 'DOUBLE',
  date: 'DATE',
  'timestamp with time zone': 'TIMESTAMPTZ',
  'text[]': 'VARCHAR[]',
};
const LENIENT = new Set(['date', 'timestamp with time zone']);

/** The records, each of their lists, and the communities as tables, at one instant. Disposing closes the connection. */
export async function openFlatTables(
  db: Db,
  selection: ExportSelection,
  signal: AbortSignal,
): Promise<AsyncDisposable & { readonly tables: readonly FlatTable[] }> {
  const opened = await openExportTables(db, selection, signal);
  const tables = opened.tables.map((table) => ({
    ...table,
    fileName: fileNameOf(table.name),
    layout: layoutOf(table.columns.map(({ name, type }) => ({ name, type: TYPES[type] ?? 'VARCHAR', isLenient: LENIENT.has(type) }))),
  }));
  return { tables, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

/** Two tables are about communities: those that records are in, and what is known of each. */
const FILE_NAMES: Readonly<Record<string, string>> = { record_community: 'memberships' };
const UNCOUNTED = /(?:s|funding)$/;

/** `creators` of `record_creator`, `records` of `record`. */
export function fileNameOf(table: string): string {
  const name = table.replace(/^record_/, '');
  return FILE_NAMES[table] ?? (UNCOUNTED.test(name) ? name : name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`);
}

/** The tables as parts of an export: a file each, and further ones (`creators-2`) for rows beyond what one file has. */
export function flatSources(tables: readonly FlatTable[]): PartitionSource[] {
  return tables.map(({ fileName, layout, read }) => ({
    name: fileName,
    path: (n) => (n === 0 ? fileName : `${fileName}-${n + 1}`),
    layout,
    // Nothing shows whether a table has changed.
    fingerprint: null,
    read: () => read(),
  }));
}
