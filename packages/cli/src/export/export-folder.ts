import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../io.ts';
import { type ExportedFile, isIntact, type Manifest, measure, type Partition, readManifest, writeManifest } from './manifest.ts';
import { splitLines } from './split-lines.ts';
import { createPartWriter, extensionOf, type PartFormat, type PartWriter } from './write-part.ts';

/** Something to be written: a month of records, or the rows of a query. */
export interface PartitionSource {
  readonly name: string;
  /** Folder below the export's. */
  readonly folder: string;
  readonly fingerprint: string | null;
  /** JSON lines, in pieces that end anywhere. */
  read(signal: AbortSignal): AsyncGenerator<Buffer, void, undefined>;
}

export interface ExportJob extends PartFormat {
  readonly out: string;
  readonly query: string | null;
}

export interface ExportProgress {
  readonly partition: string;
  readonly kept: boolean;
  readonly rows: number;
}

/** So many rows that a file is some 50 MB of Parquet, and what DuckDB holds at a time stays small. */
const rowsOfFile = 50_000;

/**
 * Writes the partitions that are not there yet or have changed, takes away those that are no more, and keeps the manifest
 * up to date after each, so that an interrupted export goes on where it was. Throws UsageError where the folder holds
 * another export, and the signal's reason.
 */
export async function exportFolder(job: ExportJob, sources: readonly PartitionSource[], onProgress: (progress: ExportProgress) => void, signal: AbortSignal): Promise<Manifest> {
  const before = await readManifest(job.out);
  if (before !== undefined) assertSame(before, job);
  await mkdir(job.out, { recursive: true });
  await using writer = await createPartWriter(job);
  const head = { format: job.format, compression: job.compression, query: job.query, schema: schemaOf(job) };
  const wanted = new Set(sources.map((source) => source.name));
  const old = new Map((before?.partitions ?? []).map((partition) => [partition.name, partition]));
  for (const partition of old.values()) if (!wanted.has(partition.name)) await removePartition(job.out, partition);
  const done: Partition[] = [];
  for (const source of sources) {
    signal.throwIfAborted();
    const known = old.get(source.name);
    const kept = known !== undefined && known.fingerprint !== null && known.fingerprint === source.fingerprint && (await isIntact(job.out, known));
    if (known !== undefined && !kept) await removePartition(job.out, known);
    const partition = kept ? known : await writePartition(job, source, writer, signal);
    done.push(partition);
    old.delete(source.name);
    // Those still to be looked at stay in: they may well be kept.
    if (!kept) await writeManifest(job.out, { ...head, complete: false, partitions: [...done, ...[...old.values()].filter((it) => wanted.has(it.name))] });
    onProgress({ partition: source.name, kept, rows: partition.rows });
  }
  return await writeManifest(job.out, { ...head, complete: true, partitions: done });
}

function assertSame(before: Manifest, job: ExportJob): void {
  if (before.format === job.format && before.compression === job.compression && before.query === job.query) return;
  throw new UsageError(`${job.out} holds another export (${before.format}, ${before.compression}${before.query === null ? '' : `, ${before.query}`}): choose another --out, or remove it`);
}

const schemaOf = ({ format, columns, selected }: PartFormat) =>
  format === 'csv'
    ? selected.map(([name]) => ({ name, type: 'text' }))
    : columns.map(([name, type]) => ({ name, type: type.replaceAll(/\s+/g, ' ') }));

async function writePartition(job: ExportJob, source: PartitionSource, writer: PartWriter, signal: AbortSignal): Promise<Partition> {
  const files: ExportedFile[] = [];
  await using rows = splitLines(source.read(signal), rowsOfFile);
  do {
    const path = `${source.folder}/part-${files.length}${extensionOf(job)}`;
    await mkdir(dirname(join(job.out, path)), { recursive: true });
    await writer.write(join(job.out, path), rows.next(), signal);
    files.push({ path, rows: rows.taken(), ...(await measure(join(job.out, path))) });
  } while (!rows.ended());
  return { name: source.name, rows: files.reduce((sum, file) => sum + file.rows, 0), fingerprint: source.fingerprint, files };
}

async function removePartition(out: string, partition: Partition): Promise<void> {
  for (const file of partition.files) await rm(join(out, file.path), { force: true });
}
