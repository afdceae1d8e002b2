import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createDispatcher, type Outbound, type OutboundRule, undiciTransport } from '@thresher/oai';
import { type DownloadDeps, openDownload } from './download.ts';
import { DumpChecksumError, DumpReplacedError, DumpUnreadableError } from './dump-errors.ts';
import { findPart, saveBytes } from './kept-download.ts';

export interface Checksum {
  readonly algorithm: string;
  /** Hex, lower case. */
  readonly digest: string;
}

/** Reads `md5:…` as Zenodo writes it, or `sha256:…`, `sha1:…`, `sha512:…`. Null if it is none. */
export function parseChecksum(text: string): Checksum | null {
  const [, algorithm = '', digest = ''] = /^(md5|sha1|sha256|sha512):([0-9a-f]+)$/.exec(text.trim().toLowerCase()) ?? [];
  const length = { md5: 32, sha1: 40, sha256: 64, sha512: 128 }[algorithm];
  return length === digest.length ? { algorithm, digest } : null;
}

export interface DumpFile {
  /** Unpacked, as it is read. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** When the packing began, by the gzip header; else when the file was last changed. Null: not given. */
  readonly madeAt: Date | null;
  /** Whether `madeAt` is the time of the gzip header: then the file shows the repository as it was at that moment. */
  readonly exact: boolean;
}

/** Reads a file on the web. The host of the dump's source is trusted; any other one has to be public or allowed. */
export type DumpReader = Outbound & OutboundRule & Partial<Pick<DownloadDeps, 'turn' | 'refused' | 'pauseMs' | 'isBegun'>>;

/** Whether a dump is on the web. */
export const isOnWeb = (location: string): boolean => /^https?:\/\//.test(location);

/**
 * Opens a bulk file, local or on the web, as a stream: neither is ever held or unpacked whole. The checksum is that of
 * the file as it lies, and is compared when its last byte has gone by.
 *
 * @param keep where a file on the web is stored while it is read; if it is there already, it is read instead
 * @throws DumpUnreadableError and DumpReplacedError, also while reading; DumpChecksumError at the end.
 */
export async function openDumpFile(
  location: string,
  checksum: Checksum | null,
  reader: DumpReader,
  signal: AbortSignal,
  keep: string | null = null,
): Promise<DumpFile> {
  const isStored = !isOnWeb(location) || (keep !== null && (await exists(keep)));
  const place = isStored && isOnWeb(location) ? keep! : location;
  const { stream, changedAt } = isStored
    ? await openLocal(place, checksum, signal)
    : await openUrl(location, checksum, reader, keep, signal);
  const { head, bytes } = await withHead(stream, 10);
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  const packedAt = packed ? new Date(Buffer.from(head).readUInt32LE(4) * 1_000) : null;
  const exact = packedAt !== null && packedAt.getTime() > firstZenodo;
  return { bytes: packed ? unpacked(bytes, location) : bytes, madeAt: exact ? packedAt : changedAt, exact };
}

/** Packers that keep no time write 0. */
const firstZenodo = Date.UTC(2013, 0, 1);

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

interface Opened {
  readonly stream: AsyncGenerator<Uint8Array, void, undefined>;
  readonly changedAt: Date | null;
}

async function openLocal(path: string, checksum: Checksum | null, signal: AbortSignal): Promise<Opened> {
  try {
    const { mtime } = await stat(path);
    const bytes: AsyncIterable<Uint8Array> = createReadStream(path, { signal, highWaterMark: 256 * 1024 });
    return { stream: checked(bytes, path, checksum), changedAt: mtime };
  } catch (cause) {
    throw new DumpUnreadableError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function openUrl(
  url: string,
  checksum: Checksum | null,
  reader: DumpReader,
  keep: string | null,
  signal: AbortSignal,
): Promise<Opened> {
  const { userAgent, turn = async () => {}, refused = async () => {}, isBegun = false, pauseMs, ...rule } = reader;
  const dispatcher = createDispatcher(connectTimeoutMs, rule);
  try {
    const part = keep === null ? null : await findPart(keep, url);
    const deps = {
      transport: undiciTransport(dispatcher),
      userAgent,
      turn,
      refused,
      isBegun,
      ...(pauseMs === undefined ? {} : { pauseMs }),
    };
    const { version, bytes } = await openDownload(deps, url, part, signal);
    const checkedBytes = checked(bytes, url, checksum);
    const kept = keep === null ? checkedBytes : saveBytes(checkedBytes, keep, { url, version }, part?.length ?? 0);
    const changed = Date.parse(version.lastModified ?? '');
    return { stream: untilRead(kept, dispatcher), changedAt: Number.isNaN(changed) ? null : new Date(changed) };
  } catch (error) {
    await dispatcher.destroy();
    throw error;
  }
}

const connectTimeoutMs = 30_000;

async function* untilRead(
  bytes: AsyncIterable<Uint8Array>,
  dispatcher: ReturnType<typeof createDispatcher>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* bytes;
  } finally {
    await dispatcher.destroy();
  }
}

async function* checked(
  bytes: AsyncIterable<Uint8Array>,
  location: string,
  checksum: Checksum | null,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = checksum === null ? null : createHash(checksum.algorithm);
  for await (const chunk of readable(bytes, location)) {
    hash?.update(chunk);
    yield chunk;
  }
  const digest = hash?.digest('hex');
  if (checksum !== null && digest !== checksum.digest)
    throw new DumpChecksumError(
      `${location} has the ${checksum.algorithm} checksum ${digest}, not ${checksum.digest}: it is another file, or damaged; ${isOnWeb(location) ? 'the same command downloads it again' : 'download it again, or correct --checksum'}`,
    );
}

async function* unpacked(bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Uint8Array, void, undefined> {
  const packed = bytes[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // Errors reach the loop below, as `pipeline` destroys the last stream with them.
  pipeline(Readable.from(untilEnd(packed, failures)), gunzip, () => {});
  try {
    yield* readable(gunzip, location);
    // What follows the packed data belongs to the file, and so to its checksum. A stream that has ended reports no error.
    while ((await packed.next()).done !== true);
    if (failures.length > 0) throw failures[0];
  } finally {
    await packed.return?.();
  }
}

/** Without ending the iterator where its reader stops. */
async function* untilEnd(iterator: AsyncIterator<Uint8Array>, failures: unknown[]): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } catch (error) {
    failures.push(error);
    throw error;
  }
}

async function* readable(bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* bytes;
  } catch (cause) {
    if (isOwn(cause) || (cause as Error).name === 'AbortError') throw cause;
    throw new DumpUnreadableError(`${location} breaks off: ${(cause as Error).message}`, { cause });
  }
}

const isOwn = (error: unknown): boolean =>
  error instanceof DumpChecksumError || error instanceof DumpReplacedError || error instanceof DumpUnreadableError;

/** Looks at the first bytes without taking them away. */
async function withHead(
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  length: number,
): Promise<{ head: Uint8Array; bytes: AsyncIterable<Uint8Array> }> {
  let head = Buffer.alloc(0);
  while (head.length < length) {
    const next = await bytes.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const first = head;
  return {
    head: first,
    bytes: (async function* () {
      try {
        yield first;
        yield* bytes;
      } finally {
        await bytes.return();
      }
    })(),
  };
}
