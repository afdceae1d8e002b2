import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../io.ts';
import { type ExportedFile, isIntact, type Manifest, measure, type Partition, readManifest, writeManifest } from './manifest.ts';
import { splitLines } from './split-lines.ts';
import { createPartWriter, extensionOf, type Layout, type PartFormat, type PartWriter } from './write-part.ts';

/** One part of an export: a month of records, the rows of a query, or a table. */
export interface PartitionSource {
  readonly name: string;
  /** Path of its n-th file (from 0) below the export's folder, without extension. */
  path(n: number): string;
  readonly layout: Layout;
  readonly fingerprint: string | null;
  /** JSON lines, in pieces that end anywhere. */
  read(signal: AbortSignal): AsyncGenerator<Buffer, void, undefined>;
}

interface ExportJob extends PartFormat {
  readonly out: string;
  readonly query: string | null;
  /** Whether the export includes earlier versions of the records found; true for everything and for SQL. */
  readonly allVersions: boolean;
  /** Whether each list is a table. */
  readonly flat: boolean;
}

export interface ExportProgress {
  readonly partition: string;
  readonly kept: boolean;
  readonly rows: number;
}

/** With this number of rows a file is some 50 MB of Parquet, and what DuckDB holds at a time stays small. Rows of tables are shorter. */
const rowsOfFile = ({ flat }: ExportJob): number => (flat ? 500_000 : 50_000);

/** Two partitions at a time: while one is read out of PostgreSQL, DuckDB makes a file of the other. Tables are read on one connection. */
const atATime = ({ flat }: ExportJob): number => (flat ? 1 : 2);

/**
 * Writes the partitions that are not there yet or have changed, deletes those that no longer exist, and keeps the manifest
 * up to date after each, so that an interrupted export continues where it was. Throws UsageError where the folder holds
 * another export, and the signal's reason.
 */
export async function exportFolder(
  job: ExportJob,
  sources: readonly PartitionSource[],
  onProgress: (progress: ExportProgress) => void,
  signal: AbortSignal,
): Promise<Manifest> {
  const before = await readManifest(job.out);
  if (before !== undefined) assertSame(before, job);
  await mkdir(job.out, { recursive: true });
  const { format, compression, query, allVersions, flat } = job;
  const schema = flat || sources.length === 0 ? [] : schemaOf(job, sources[0]!.layout);
  const head = { format, compression, query, allVersions, ...(flat && { flat }), schema };
  const wanted = new Set(sources.map((source) => source.name));
  const old = before?.partitions ?? [];
  for (const partition of old) if (!wanted.has(partition.name)) await removePartition(job.out, partition);
  // Partitions that are not examined yet stay in the manifest: they may be unchanged.
  const known = new Map(old.filter((partition) => wanted.has(partition.name)).map((partition) => [partition.name, partition]));
  const inOrder = (): Partition[] => sources.flatMap((source) => known.get(source.name) ?? []);
  let noted = Promise.resolve();
  const note = async (name: string, partition: Partition | undefined): Promise<void> => {
    if (partition === undefined) known.delete(name);
    else known.set(name, partition);
    noted = noted.then(async () => void (await writeManifest(job.out, { ...head, complete: false, partitions: inOrder() })));
    await noted;
  };
  await forEachOf(
    sources,
    atATime(job),
    () => createPartWriter(job),
    async (source, writer) => {
      signal.throwIfAborted();
      const there = known.get(source.name);
      const kept =
        there !== undefined && there.fingerprint !== null && there.fingerprint === source.fingerprint && (await isIntact(job.out, there));
      if (there !== undefined && !kept) {
        await note(source.name, undefined);
        await removePartition(job.out, there);
      }
      const partition = kept ? there : await writePartition(job, source, writer, signal);
      if (!kept) await note(source.name, partition);
      onProgress({ partition: source.name, kept, rows: partition.rows });
    },
  );
  return await writeManifest(job.out, { ...head, complete: true, partitions: inOrder() });
}

/** Processes a list with `workers` workers, each with its own tool. The first failure stops all, and is thrown once they have stopped. */
async function forEachOf<T, Tool extends AsyncDisposable>(
  all: readonly T[],
  workers: number,
  createTool: () => Promise<Tool>,
  work: (one: T, tool: Tool) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    await using tool = await createTool();
    while (!failed && next < all.length) {
      try {
        await work(all[next++]!, tool);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(workers, all.length) }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function assertSame(before: Manifest, job: ExportJob): void {
  if (
    before.format === job.format &&
    before.compression === job.compression &&
    before.query === job.query &&
    before.allVersions === job.allVersions &&
    (before.flat ?? false) === job.flat
  )
    return;
  throw new UsageError(
    `${job.out} holds another export (${[before.format, before.compression, ...(before.query === null ? [] : [before.query]), ...(before.allVersions ? [] : ['latest versions only']), ...(before.flat ? ['--flat'] : [])].join(', ')}): choose another --out, or remove it`,
  );
}

const schemaOf = ({ format }: PartFormat, { columns, selected }: Layout) =>
  format === 'csv'
    ? selected.map(([name]) => ({ name, type: 'text' }))
    : columns.map(([name, type]) => ({ name, type: type.replaceAll(/\s+/g, ' ') }));

async function writePartition(job: ExportJob, source: PartitionSource, writer: PartWriter, signal: AbortSignal): Promise<Partition> {
  const files: ExportedFile[] = [];
  await using rows = splitLines(source.read(signal), rowsOfFile(job));
  do {
    const path = `${source.path(files.length)}${extensionOf(job)}`;
    await mkdir(dirname(join(job.out, path)), { recursive: true });
    await writer.write(join(job.out, path), source.layout, rows.next(), signal);
    files.push({ path, rows: rows.taken(), ...(await measure(join(job.out, path))) });
  } while (!rows.ended());
  const rowCount = files.reduce((sum, file) => sum + file.rows, 0);
  const schema = job.flat && { schema: schemaOf(job, source.layout) };
  return { name: source.name, rows: rowCount, fingerprint: source.fingerprint, ...schema, files };
}

async function removePartition(out: string, partition: Partition): Promise<void> {
  for (const file of partition.files) await rm(join(out, file.path), { force: true });
}
