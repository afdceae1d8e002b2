import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  createDispatcher,
  followRedirects,
  noReplyFor,
  type Outbound,
  type OutboundRule,
  type TransportReply,
  undiciTransport,
} from '@thresher/oai';

/** A bulk file cannot be read, or not to its end. What was read is kept; the same command goes on from there. */
export class DumpUnreadableError extends Error {
  override readonly name = 'DumpUnreadableError';
}

/** A bulk file is not the one that was meant. */
export class DumpChecksumError extends Error {
  override readonly name = 'DumpChecksumError';
}

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
  /** When the packing began, by the gzip header; else when the file was last changed. Null: not told. */
  readonly madeAt: Date | null;
  /** Whether `madeAt` is the time of the gzip header: then the file shows the repository as it was at that moment. */
  readonly exact: boolean;
}

/** Who reads a file on the web. The host of the dump's source is trusted; any other one has to be public or allowed. */
export type DumpReader = Outbound & OutboundRule;

/**
 * Opens a bulk file, local or on the web, as a stream: neither is ever held or unpacked whole. The checksum is that of
 * the file as it lies, and is compared when its last byte has gone by.
 *
 * @throws DumpUnreadableError, also while reading; DumpChecksumError at the end.
 */
export async function openDumpFile(
  location: string,
  checksum: Checksum | null,
  reader: DumpReader,
  signal: AbortSignal,
): Promise<DumpFile> {
  const { stream, changedAt } = /^https?:\/\//.test(location) ? await openUrl(location, reader, signal) : await openLocal(location, signal);
  const { head, bytes } = await withHead(checked(stream, location, checksum), 10);
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  const packedAt = packed ? new Date(Buffer.from(head).readUInt32LE(4) * 1_000) : null;
  const exact = packedAt !== null && packedAt.getTime() > firstZenodo;
  return { bytes: packed ? unpacked(bytes, location) : bytes, madeAt: exact ? packedAt : changedAt, exact };
}

/** Packers that keep no time write 0. */
const firstZenodo = Date.UTC(2013, 0, 1);

interface Opened {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly changedAt: Date | null;
}

async function openLocal(path: string, signal: AbortSignal): Promise<Opened> {
  try {
    const { mtime } = await stat(path);
    return { stream: createReadStream(path, { signal, highWaterMark: 256 * 1024 }), changedAt: mtime };
  } catch (cause) {
    throw new DumpUnreadableError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function openUrl(url: string, { userAgent, ...rule }: DumpReader, signal: AbortSignal): Promise<Opened> {
  const dispatcher = createDispatcher(connectTimeoutMs, rule);
  const headers = { 'user-agent': userAgent, 'accept-encoding': 'identity' };
  try {
    const { reply } = await followRedirects(undiciTransport(dispatcher), url, { signal, headers, idleMs });
    if (reply.status !== 200) throw new DumpUnreadableError(`${url} answered HTTP ${reply.status}`);
    const changed = Date.parse(reply.headers['last-modified'] ?? '');
    return { stream: untilRead(reply.body, dispatcher), changedAt: Number.isNaN(changed) ? null : new Date(changed) };
  } catch (cause) {
    await dispatcher.destroy();
    signal.throwIfAborted();
    if (cause instanceof DumpUnreadableError) throw cause;
    throw new DumpUnreadableError(noReplyFor(url, cause).message, { cause });
  }
}

const connectTimeoutMs = 30_000;
/** A server that sends nothing for so long has lost the connection. */
const idleMs = 300_000;

async function* untilRead(
  body: TransportReply['body'],
  dispatcher: ReturnType<typeof createDispatcher>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (body instanceof Uint8Array) yield body;
    else yield* body;
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
      `${location} has the ${checksum.algorithm} checksum ${digest}, not ${checksum.digest}: it is another file, or damaged`,
    );
}

async function* unpacked(bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // Errors reach the loop below, as `pipeline` destroys the last stream with them.
  pipeline(Readable.from(bytes), gunzip, () => {});
  yield* readable(gunzip, location);
}

async function* readable(bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* bytes;
  } catch (cause) {
    if (cause instanceof DumpChecksumError || cause instanceof DumpUnreadableError || (cause as Error).name === 'AbortError') throw cause;
    throw new DumpUnreadableError(`${location} breaks off: ${(cause as Error).message}`, { cause });
  }
}

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
