import { once } from 'node:events';
import { extract, type Extract } from 'tar-stream';
import { DumpUnreadableError } from './dump-errors.ts';

/** One file of a dump. */
export interface DumpDocument {
  /** Without folders. */
  readonly name: string;
  /** Only the first, if it is too large. */
  readonly bytes: Buffer;
  /** Its size, if it is larger than a document may be; else null. */
  readonly tooLarge: number | null;
}

export const isJson = ({ name }: DumpDocument): boolean => name.endsWith('.json');

/** The part of a document that is kept if it is too large. */
const startBytes = 65_536;

/**
 * The `.xml` and `.json` files of a tar archive in their order, one at a time. Other members are passed over; of those with more than
 * `mostBytes` only the beginning is read.
 *
 * @throws DumpUnreadableError for what is no archive or ends in the middle, and what `bytes` throws.
 */
export async function* dumpDocuments(bytes: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<DumpDocument, void, undefined> {
  const archive = extract();
  const feeding = feed(bytes, archive);
  try {
    for await (const entry of archive) {
      const name = entry.header.name.split('/').at(-1) ?? '';
      const wanted = (entry.header.type ?? 'file') === 'file' && /\.(?:xml|json)$/.test(name);
      const size = entry.header.size ?? 0;
      const most = size > mostBytes ? startBytes : mostBytes;
      const parts: Buffer[] = [];
      let length = 0;
      for await (const part of entry as AsyncIterable<Buffer>) {
        if (wanted && length < most) parts.push(part);
        length += part.length;
      }
      if (wanted) yield { name, bytes: Buffer.concat(parts).subarray(0, most), tooLarge: size > mostBytes ? size : null };
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
