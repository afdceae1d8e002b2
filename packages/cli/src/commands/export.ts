import type { Resources } from '@thresher/pipeline';
import { Argument, Option } from 'commander';
import { type CommandRegistry, exampleLines, jsonOption } from '../command-options.ts';
import { exportFolder, type ExportProgress } from '../export/export-folder.ts';
import { isSql, type Export, queryExport, recordExport, type RecordSearch, searchedIds } from '../export/sources.ts';
import { compressions, type ExportFormat, exportFormats, type Compression } from '../export/write-part.ts';
import { count, duration, exit, type ExitCode, type Io, print, printJson, UsageError, say } from '../io.ts';
import { openCommandResources, mustSearch } from '../open-resources.ts';

/** `thresher export` */
export function addExportCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('export')
    .description('write records, or the result of a query, into a folder with a manifest; continues an interrupted export')
    .addArgument(new Argument('<format>', 'what to write').choices(exportFormats))
    .option('--out <folder>', 'folder to write into', 'export')
    .option('--query <query>', 'only the result of this query: SQL if it begins with select, with, values or table, otherwise a search')
    .option('--all-versions', 'every version of the records found, not only the latest')
    .addOption(new Option('--compression <kind>', 'default: zstd for Parquet, gzip for the others').choices(compressions))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      exampleLines(
        'export parquet',
        `export jsonl --compression zstd --out climate --query 'title:climate AND publication_date:[2024-01-01 TO *]'`,
        'export csv --out funders --query "select * from analytics.funding"',
      ),
    )
    .action((format: ExportFormat, flags: ExportFlags) => then(exportRecords(io, format, flags)));
}

interface ExportFlags {
  readonly out: string;
  readonly query?: string;
  readonly compression?: Compression;
  readonly allVersions?: boolean;
  readonly json?: boolean;
}

/**
 * Writes records, or the result of a query, into a folder with a manifest. Files that exist and are unchanged stay.
 *
 * @param alias of the index that is searched, if it is not the usual one
 */
export async function exportRecords(io: Io, format: ExportFormat, flags: ExportFlags, alias?: string): Promise<ExitCode> {
  await using resources = openCommandResources(io, alias);
  const started = Date.now();
  const query = flags.query?.trim().replace(/;\s*$/, '') ?? null;
  const compression = flags.compression ?? (format === 'parquet' ? 'zstd' : 'gzip');
  const search = query === null || isSql(query) ? null : { q: query, allVersions: flags.allVersions === true };
  if (flags.allVersions && search === null)
    throw new UsageError('--all-versions goes with a search: everything, and the result of SQL, is exported as it is');
  const { sources, columns, selected } = await whatToExport(resources, format, search ?? query, io.signal);
  const show = createProgress(io, sources.length);
  const manifest = await exportFolder(
    { out: flags.out, format, compression, query, allVersions: search?.allVersions ?? true, columns, selected },
    sources,
    show,
    io.signal,
  );
  if (flags.json) printJson(io, manifest);
  else {
    const files = manifest.partitions.reduce((sum, partition) => sum + partition.files.length, 0);
    print(
      io,
      `${flags.out}: ${count(manifest.rows)} rows in ${count(files)} files, ${count(Math.ceil(manifest.bytes / 1_000_000))} MB, ${duration((Date.now() - started) / 1_000)}`,
    );
  }
  return exit.done;
}

/** @param what a search, SQL, or null for everything */
async function whatToExport(
  resources: Resources,
  format: ExportFormat,
  what: RecordSearch | string | null,
  signal: AbortSignal,
): Promise<Export> {
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
