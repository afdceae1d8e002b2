import { createHash } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../io.ts';

export interface ExportedFile {
  /** From the folder of the manifest, with slashes. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Partition {
  /** Value of `updated_month`; `rows` for the result of a query; the name of a table. */
  readonly name: string;
  readonly rows: number;
  /** Fingerprint of its input; null if that cannot be known without reading it. */
  readonly fingerprint: string | null;
  /** Columns of its files, if each partition is a table. */
  readonly schema?: Manifest['schema'];
  readonly files: readonly ExportedFile[];
}

/** The content of an export folder, and what was requested. */
export interface Manifest {
  readonly format: string;
  readonly compression: string;
  readonly query: string | null;
  /** False if a search was limited to the latest versions. */
  readonly allVersions: boolean;
  /** Whether each list is a table. */
  readonly flat?: true;
  /** Columns of all files; empty if each partition has its own. */
  readonly schema: readonly { readonly name: string; readonly type: string }[];
  /** False while an export runs or was interrupted: partitions are missing. */
  readonly complete: boolean;
  readonly rows: number;
  readonly bytes: number;
  readonly partitions: readonly Partition[];
  readonly writtenAt: string;
}

const fileName = 'manifest.json';

/** The manifest of a folder; undefined if there is none. Throws UsageError where something else lies there. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, fileName);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) throw new UsageError(`${path} cannot be read: move it away, or choose another --out`);
    throw error;
  }
}

/** Replaces the file atomically: readers never see half of one. */
export async function writeManifest(folder: string, manifest: Omit<Manifest, 'rows' | 'bytes' | 'writtenAt'>): Promise<Manifest> {
  const { partitions, ...rest } = manifest;
  const files = partitions.flatMap((partition) => partition.files);
  const sum = (of: (file: ExportedFile) => number): number => files.reduce((total, file) => total + of(file), 0);
  const whole = {
    ...rest,
    rows: sum((file) => file.rows),
    bytes: sum((file) => file.bytes),
    writtenAt: new Date().toISOString(),
    partitions,
  };
  const path = join(folder, fileName);
  await writeFile(`${path}.part`, `${JSON.stringify(whole, null, 2)}\n`);
  await rename(`${path}.part`, path);
  return whole;
}

/** Whether every file of a partition is there as it was written. */
export async function isIntact(folder: string, partition: Partition): Promise<boolean> {
  for (const file of partition.files) {
    const found = await measure(join(folder, file.path)).catch(() => undefined);
    if (found?.bytes !== file.bytes || found.sha256 !== file.sha256) return false;
  }
  return true;
}

/** Reads into one reused buffer: fresh ones cost more time in the garbage collector than hashing costs. */
export async function measure(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1 << 20);
  await using file = await open(path);
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
    hash.update(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
  }
}
