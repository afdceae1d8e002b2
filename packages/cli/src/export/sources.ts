import { DUCKDB_TYPES, quotedName } from '@thresher/api/duckdb';
import type { SearchTarget } from '@thresher/pipeline';
import { matchRecordIds } from '@thresher/search';
import { type Db, type ReadColumn, readRows } from '@thresher/store/database';
import { copyQuery, copyRecords, copyStored, exportMonths } from '@thresher/store/read';
import { explain } from '../sql/sql-error.ts';
import type { PartitionSource } from './export-folder.ts';
import { type ColumnType, csvColumns, parquetColumns, recordColumns } from './record-columns.ts';
import type { ExportFormat, Layout } from './write-part.ts';

export interface RecordSearch {
  readonly q: string;
  readonly allVersions: boolean;
}

/** A text is SQL when it begins as a query does, and a search otherwise. */
export const isSql = (query: string): boolean => /^\s*(?:--.*\n|\s)*(?:select|with|values|table)\b/i.test(query);

/** All records, or those with these ids, by the month of their datestamp. */
export async function recordExport(db: Db, format: ExportFormat, recordIds?: readonly number[]): Promise<PartitionSource[]> {
  const selection = recordIds === undefined ? {} : { recordIds };
  const months = await exportMonths(db, selection);
  const layout = { columns: recordColumns, selected: format === 'csv' ? csvColumns : parquetColumns };
  return months.map(({ month, fingerprint }): PartitionSource => {
    const name = month ?? '__HIVE_DEFAULT_PARTITION__';
    const read = (signal: AbortSignal) => (format === 'jsonl' ? copyRecords : copyStored)(db, month, selection, signal);
    return { name, path: (n) => `records/updated_month=${name}/part-${n}`, layout, fingerprint, read };
  });
}

/** Ids of all that a search finds: 16 bytes each, so ten million are 160 MB. */
export async function searchedIds({ client, alias }: SearchTarget, search: RecordSearch, signal: AbortSignal): Promise<number[]> {
  const ids: number[] = [];
  for await (const portion of matchRecordIds(client, alias, search, signal)) for (const id of portion) ids.push(id);
  return ids.sort((a, b) => a - b);
}

/** The rows of a query, in files of one folder. Throws SqlError. */
export async function queryExport(db: Db, query: string, signal: AbortSignal): Promise<PartitionSource[]> {
  const columns = await columnsOf(db, query, signal);
  const layout = layoutOf(
    columns.map(({ name, typeId }) => ({ name, isLenient: lenient.has(typeId), type: duckTypes[typeId] ?? 'VARCHAR' })),
  );
  return [{ name: 'rows', path: (n) => `rows/part-${n}`, layout, fingerprint: null, read: (stop) => readJson(db, query, stop) }];
}

interface TypedColumn {
  readonly name: string;
  /** DuckDB's. */
  readonly type: string;
  /** DuckDB has fewer values of the type than PostgreSQL (dates BC, infinity): read as text, then converted if possible. */
  readonly isLenient: boolean;
}

export const layoutOf = (columns: readonly TypedColumn[]): Layout => ({
  columns: columns.map(({ name, type, isLenient }): ColumnType => [name, isLenient ? 'VARCHAR' : type]),
  selected: columns.map(({ name, type, isLenient }) => [name, isLenient ? `try_cast(${quotedName(name)} as ${type})` : quotedName(name)]),
});

/** By PostgreSQL's type ids; all others become text. Lists come as JSON, and stay lists. */
const duckTypes: Readonly<Record<number, string>> = {
  ...DUCKDB_TYPES,
  1000: 'BOOLEAN[]',
  1005: 'SMALLINT[]',
  1007: 'INTEGER[]',
  1016: 'BIGINT[]',
  1022: 'DOUBLE[]',
  1009: 'VARCHAR[]',
  1015: 'VARCHAR[]',
};
const lenient = new Set([1082, 1114, 1184]);

async function columnsOf(db: Db, query: string, signal: AbortSignal): Promise<readonly ReadColumn[]> {
  const probe = `select * from (\n${query}\n) q limit 0`;
  try {
    for await (const { columns } of readRows(db, probe, { timeoutMs: 0, signal })) return columns;
  } catch (error) {
    throw await explain(db, error, probe, 0);
  }
  return [];
}

async function* readJson(db: Db, query: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* copyQuery(db, query, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw await explain(db, error, query, 0);
  }
}
