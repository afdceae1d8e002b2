import type { Resources } from '@thresher/pipeline';
import { Argument, Option } from 'commander';
import { type CommandRegistry, exampleLines, jsonOption } from '../command-options.ts';
import { writeDuckDb } from '../export/duckdb-file.ts';
import { exportFolder, type ExportProgress, type PartitionSource } from '../export/export-folder.ts';
import { flatSources, openFlatTables } from '../export/flat-tables.ts';
import { isSql, queryExport, recordExport, type RecordSearch, searchedIds } from '../export/sources.ts';
import { compressions, type ExportFormat, exportFormats, type Compression } from '../export/write-part.ts';
import { count, duration, exit, type ExitCode, type Io, print, printJson, UsageError, say } from '../io.ts';
import { openCommandResources, mustSearch } from '../open-resources.ts';

const formats = [...exportFormats, 'duckdb'] as const;

/** `thresher export` */
export function addExportCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('export')
    .description(
      'write records, or the result of a query, into a folder with a manifest; continues an interrupted export. duckdb: all tables into one file',
    )
    .addArgument(new Argument('<format>', 'what to write').choices(formats))
    .option('--out <path>', 'folder to write into; export unless specified. With duckdb the file; export.duckdb unless specified')
    .option('--query <query>', 'only the result of this query: SQL if it begins with select, with, values or table, otherwise a search')
    .option('--all-versions', 'every version of the records found, not only the latest')
    .option('--flat', 'one table for the records and one for each of their lists (creators, funding …), instead of nested records')
    .addOption(new Option('--compression <kind>', 'default: zstd for Parquet, gzip for the others').choices(compressions))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      exampleLines(
        'export parquet',
        'export parquet --flat --out tables',
        'export duckdb --out zenodo.duckdb',
        `export jsonl --compression zstd --out climate --query 'title:climate AND publication_date:[2024-01-01 TO *]'`,
        'export csv --out funders --query "select * from analytics.funding"',
      ),
    )
    .action((format: (typeof formats)[number], flags: ExportFlags) =>
      then(format === 'duckdb' ? exportDuckDb(io, flags) : exportRecords(io, format, flags)),
    );
}

interface ExportFlags {
  readonly out?: string;
  readonly query?: string;
  readonly compression?: Compression;
  readonly allVersions?: boolean;
  readonly flat?: boolean;
  readonly json?: boolean;
}

/** What to export: null is everything. Throws UsageError for options that do not go together. */
function requested(flags: ExportFlags, tables: boolean): { readonly query: string | null; readonly search: RecordSearch | null } {
  const query = flags.query?.trim().replace(/;\s*$/, '') ?? null;
  const search = query === null || isSql(query) ? null : { q: query, allVersions: flags.allVersions === true };
  if (flags.allVersions && search === null)
    throw new UsageError('--all-versions goes with a search: everything, and the result of SQL, is exported as it is');
  if (tables && query !== null && search === null)
    throw new UsageError(
      'tables are of records: give a search as --query, or export the result of SQL as parquet, csv or jsonl without --flat',
    );
  return { query, search };
}

/**
 * Writes records, or the result of a query, into a folder with a manifest. Files that exist and are unchanged stay.
 *
 * @param alias of the index that is searched, if it is not the usual one
 */
export async function exportRecords(io: Io, format: ExportFormat, flags: ExportFlags, alias?: string): Promise<ExitCode> {
  const { query, search } = requested(flags, flags.flat === true);
  const flat = flags.flat === true;
  await using resources = openCommandResources(io, alias);
  const started = Date.now();
  const compression = flags.compression ?? (format === 'parquet' ? 'zstd' : 'gzip');
  const out = flags.out ?? 'export';
  await using opened = flat ? await openTables(resources, search, io.signal) : null;
  const sources = opened === null ? await whatToExport(resources, format, search ?? query, io.signal) : flatSources(opened.tables);
  const show = createProgress(io, sources.length);
  const job = { out, format, compression, query, allVersions: search?.allVersions ?? true, flat };
  const manifest = await exportFolder(job, sources, show, io.signal);
  if (flags.json) printJson(io, manifest);
  else {
    const files = manifest.partitions.reduce((sum, partition) => sum + partition.files.length, 0);
    print(io, `${out}: ${count(manifest.rows)} rows in ${count(files)} files, ${megabytes(manifest.bytes)}, ${since(started)}`);
  }
  return exit.done;
}

/** Writes the tables of all records, or of what a search finds, into one DuckDB file. */
async function exportDuckDb(io: Io, flags: ExportFlags): Promise<ExitCode> {
  if (flags.compression !== undefined) throw new UsageError('--compression goes with files; DuckDB compresses by itself');
  const { search } = requested(flags, true);
  const out = flags.out ?? 'export.duckdb';
  await using resources = openCommandResources(io);
  const started = Date.now();
  await using opened = await openTables(resources, search, io.signal);
  const written = await writeDuckDb(out, opened.tables, ({ name, rows }) => say(io, `${name}: ${count(rows)} rows`), io.signal);
  if (flags.json) printJson(io, { file: out, ...written });
  else print(io, `${out}: ${count(written.tables.length)} tables, ${megabytes(written.bytes)}, ${since(started)}`);
  return exit.done;
}

const megabytes = (bytes: number): string => `${count(Math.ceil(bytes / 1_000_000))} MB`;
const since = (started: number): string => duration((Date.now() - started) / 1_000);

async function openTables(resources: Resources, search: RecordSearch | null, signal: AbortSignal) {
  const recordIds = search === null ? undefined : await searchedIds(mustSearch(await resources.search()), search, signal);
  return openFlatTables(await resources.readDb(), recordIds === undefined ? {} : { recordIds }, signal);
}

/** @param what a search, SQL, or null for everything */
async function whatToExport(
  resources: Resources,
  format: ExportFormat,
  what: RecordSearch | string | null,
  signal: AbortSignal,
): Promise<readonly PartitionSource[]> {
  const db = await resources.readDb();
  if (what === null) return recordExport(db, format);
  if (typeof what === 'string') return queryExport(db, what, signal);
  return recordExport(db, format, await searchedIds(mustSearch(await resources.search()), what, signal));
}

function createProgress(io: Io, partitions: number): (progress: ExportProgress) => void {
  let done = 0;
  return ({ partition, kept, rows }) => {
    done += 1;
    if (!kept) say(io, `${done}/${partitions}  ${partition}: ${count(rows)} rows`);
    else if (done === partitions) say(io, `${done}/${partitions}  unchanged partitions stay as they are`);
  };
}
