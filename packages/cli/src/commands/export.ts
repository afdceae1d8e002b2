import { exportFolder, type ExportProgress } from '../export/export-folder.ts';
import { type Export, isSql, queryExport, recordExport, type RecordSearch, searchedIds } from '../export/sources.ts';
import type { Compression, ExportFormat } from '../export/write-part.ts';
import { count, duration, exit, type ExitCode, type Io, print, printJson, say, UsageError } from '../io.ts';
import { mustSearch, openCommandResources } from '../open-resources.ts';
import type { Resources } from '@thresher/pipeline';

export interface ExportFlags {
  readonly out: string;
  readonly query?: string;
  readonly compression?: Compression;
  readonly allVersions?: boolean;
  readonly json?: boolean;
}

/**
 * Writes records, or what a query gives, into a folder with a manifest; what is there already and unchanged stays.
 *
 * @param alias of the index that is searched, where it is not the usual one
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
