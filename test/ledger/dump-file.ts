import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Repository, tarEnd, tarMember } from '@thresher/oai-sim';

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

/** A tar archive as Python's tarfile writes one. */
export function tar(documents: readonly DumpDocument[]): Buffer {
  const members = Buffer.concat(documents.flatMap(({ name, bytes }) => tarMember(name, bytes)));
  return Buffer.concat([members, tarEnd(members.length)]);
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
