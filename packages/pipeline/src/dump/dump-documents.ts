import { once } from 'node:events';
import { extract, type Extract } from 'tar-stream';
import { DumpUnreadableError } from './dump-bytes.ts';

/** One file of a dump. */
export interface DumpDocument {
  /** Without folders. */
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * The `.xml` files of a tar archive in their order, one at a time. Other members are passed over.
 *
 * @throws DumpUnreadableError for what is no archive or ends in the middle, and what `bytes` throws.
 */
export async function* dumpDocuments(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<DumpDocument, void, undefined> {
  const archive = extract();
  const feeding = feed(bytes, archive);
  try {
    for await (const entry of archive) {
      const name = entry.header.name.split('/').at(-1) ?? '';
      const wanted = (entry.header.type ?? 'file') === 'file' && name.endsWith('.xml');
      const parts: Buffer[] = [];
      for await (const part of entry as AsyncIterable<Buffer>) if (wanted) parts.push(part);
      if (wanted) yield { name, bytes: Buffer.concat(parts) };
    }
    await feeding;
  } catch (cause) {
    const fed = await feeding;
    throw fed ?? new DumpUnreadableError(`the archive cannot be read: ${(cause as Error).message}`, { cause });
  } finally {
    archive.destroy();
  }
}

/** Resolves to the error of the bytes, null if they ended well or were not wanted to their end. */
async function feed(bytes: AsyncIterable<Uint8Array>, archive: Extract): Promise<Error | null> {
  const closing = new AbortController();
  archive.on('close', () => closing.abort());
  try {
    for await (const chunk of bytes) {
      if (closing.signal.aborted) return null;
      if (!archive.write(chunk)) await once(archive, 'drain', { signal: closing.signal });
    }
    archive.end(() => {});
    return null;
  } catch (error) {
    if (closing.signal.aborted) return null;
    archive.destroy(error as Error);
    return error as Error;
  }
}
