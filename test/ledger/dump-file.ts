import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Repository } from '@thresher/oai-sim';

export interface DumpDocument {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What the exporter would write about each record of a simulated repository. */
export function documentsOf(repository: Repository): DumpDocument[] {
  const { corpus } = repository;
  return [...repository.ledger()].map(({ identifier, datestamp, setSpecs }) => {
    const version = { metadataVersion: 0, datestamp: Date.parse(datestamp), setSpecs };
    const metadata = corpus.metadata(corpus.numberOf(identifier)!, version, 'oai_datacite', 'get');
    // In a list the prefix is declared further out.
    const own = metadata.trim().replace('<oai_datacite ', '<oai_datacite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ');
    return { name: `${identifier.split(':').at(-1)}.xml`, bytes: Buffer.from(`<?xml version='1.0' encoding='UTF-8'?>\n${own}`, 'latin1') };
  });
}

/** A tar archive as Python's tarfile writes one: plain ustar headers, two empty blocks, filled up to 10 kB. */
export function tar(documents: readonly DumpDocument[]): Buffer {
  const blocks = documents.flatMap(({ name, bytes }) => [
    tarHeader(name, bytes.length),
    bytes,
    Buffer.alloc((512 - (bytes.length % 512)) % 512),
  ]);
  const archive = Buffer.concat([...blocks, Buffer.alloc(1024)]);
  return Buffer.concat([archive, Buffer.alloc((10_240 - (archive.length % 10_240)) % 10_240)]);
}

function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0');
  header.write(name, 0);
  header.write(`${octal(0o644, 8)}\0${octal(0, 8)}\0${octal(0, 8)}\0${octal(size, 12)}\0${octal(0, 12)}\0        0`, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\0 `, 148);
  return header;
}

/** gzip with the time in its header at which the packing began. */
export function gzipAt(bytes: Buffer, packedAt: Date | null): Buffer {
  const packed = gzipSync(bytes, { level: 1 });
  packed.writeUInt32LE(packedAt === null ? 0 : packedAt.getTime() / 1_000, 4);
  return packed;
}

export const md5 = (bytes: Buffer): string => `md5:${createHash('md5').update(bytes).digest('hex')}`;

export interface TemporaryFile extends AsyncDisposable {
  readonly path: string;
  write(bytes: Buffer | string): Promise<void>;
}

export async function temporaryFile(name: string, bytes: Buffer | string): Promise<TemporaryFile> {
  const folder = await mkdtemp(path.join(tmpdir(), 'thresher-dump-'));
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  return { path: file, write: (other) => writeFile(file, other), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
