import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { DownloadedPart, FileVersion } from './download.ts';
import { DumpUnreadableError } from './dump-errors.ts';

/** Contents of the file next to an unfinished download. */
interface PartNote {
  readonly url: string;
  readonly version: FileVersion;
}

const partOf = (path: string): string => `${path}.part`;
const noteOf = (path: string): string => `${path}.part.json`;

/** What an interrupted download from this URL has left; null if there is nothing to continue from. */
export async function findPart(path: string, url: string): Promise<DownloadedPart | null> {
  try {
    const note = JSON.parse(await readFile(noteOf(path), 'utf8')) as PartNote;
    const { size: length } = await stat(partOf(path));
    if (note.url !== url || length === 0) return null;
    return { version: note.version, length, read: () => createReadStream(partOf(path), { end: length - 1, highWaterMark: 256 * 1024 }) };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cannotKeep(path, error);
  }
}

/**
 * Hands bytes through and stores them; the file has its name once the last one has gone by. An interrupted download is left as
 * `path.part`.
 *
 * @param there how many of the bytes are in the part already
 */
export async function* saveBytes(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  note: PartNote,
  there: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(partOf(path), there === 0 ? 'w' : 'r+').catch((error: unknown) => {
    throw cannotKeep(path, error);
  });
  try {
    await writing(path, writeFile(noteOf(path), JSON.stringify(note)));
    let at = 0;
    for await (const chunk of bytes) {
      if (at + chunk.length > there) await writing(path, file.write(chunk, 0, chunk.length, at));
      at += chunk.length;
      yield chunk;
    }
    await writing(path, file.truncate(at));
    await writing(path, file.sync());
  } finally {
    await file.close();
  }
  await writing(path, rename(partOf(path), path));
  await rm(noteOf(path), { force: true });
}

async function writing(path: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw cannotKeep(path, error);
  }
}

const cannotKeep = (path: string, cause: unknown): DumpUnreadableError =>
  new DumpUnreadableError(
    `${path} cannot be written: ${(cause as Error).message}; name another file with --keep, or leave it out to read without storing`,
    { cause },
  );
