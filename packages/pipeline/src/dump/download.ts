import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, discard, followRedirects, noReplyFor, type Transport, type TransportReply } from '@thresher/oai';
import { DumpReplacedError, DumpUnreadableError } from './dump-errors.ts';

/** How a file on the web is asked for. */
export interface DownloadDeps {
  readonly transport: Transport;
  readonly userAgent: string;
  /** Resolves when a request may be sent to the host. */
  readonly turn: () => Promise<unknown>;
  /** The host refused this client with 401 or 403. */
  readonly refused: (reason: string, retryAfterMs: number | null) => Promise<unknown>;
  /** An earlier process has read of this very version: if it is gone, another one is there in its place. */
  readonly isBegun?: boolean;
  /** Milliseconds to wait before the attempt after `tries` failed ones without a new byte. */
  readonly pauseMs?: (tries: number, retryAfterMs: number | null) => number;
}

/** What a server says of a file, by which another one in its place is noticed. */
export interface FileVersion {
  /** A strong entity tag; null if there is none. */
  readonly etag: string | null;
  /** As sent. */
  readonly lastModified: string | null;
  /** Bytes; null if it does not say. */
  readonly size: number | null;
}

export interface Download {
  readonly version: FileVersion;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The beginning of a file that was downloaded before. */
export interface DownloadedPart {
  readonly version: FileVersion;
  readonly length: number;
  readonly read: () => AsyncIterable<Uint8Array>;
}

/** Attempts one after another that bring no byte. */
const mostTries = 6;
/** A server that sends nothing for so long has lost the connection. */
const idleMs = 300_000;

/**
 * Downloads a file as one stream. A connection that breaks is followed by a request for the rest (Range with If-Range); from a server
 * that sends the whole again, the bytes that were read before are compared and skipped.
 *
 * @param part where the file was downloaded before up to a point: it is read first
 * @throws DumpUnreadableError, also while reading; DumpReplacedError if the file there is another one than that which was begun.
 */
export async function openDownload(deps: DownloadDeps, url: string, part: DownloadedPart | null, signal: AbortSignal): Promise<Download> {
  const isWhole = part !== null && part.length === part.version.size;
  const first = isWhole
    ? { body: new Uint8Array(), start: part.length, version: part.version }
    : await openFrom(deps, url, part?.length ?? 0, part?.version ?? null, signal);
  return { version: first.version, bytes: wholeFile(deps, url, first, part, signal) };
}

interface Opened {
  readonly body: TransportReply['body'];
  readonly version: FileVersion;
  /** Where in the file the body begins. */
  readonly start: number;
}

async function* wholeFile(
  deps: DownloadDeps,
  url: string,
  first: Opened,
  part: DownloadedPart | null,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const read = createHash('sha256');
  let at = 0;
  if (part !== null)
    for await (const chunk of part.read()) {
      read.update(chunk);
      at += chunk.length;
      yield chunk;
    }
  for (let opened = first; ;) {
    const cause = yield* rest(opened);
    if (cause === null) return;
    opened = await openFrom(deps, url, at, first.version, signal, cause);
  }

  /** Returns why it broke off; null if the end was reached. */
  async function* rest({ body, start }: Opened): AsyncGenerator<Uint8Array, Error | null, undefined> {
    const again = createHash('sha256');
    let place = start;
    try {
      for await (const chunk of body instanceof Uint8Array ? [body] : body) {
        const known = Math.min(chunk.length, Math.max(0, at - place));
        place += chunk.length;
        if (known > 0) again.update(chunk.subarray(0, known));
        if (known > 0 && place >= at && again.digest('hex') !== read.copy().digest('hex')) throw replaced(url);
        const fresh = chunk.subarray(known);
        if (fresh.length === 0) continue;
        read.update(fresh);
        at += fresh.length;
        yield fresh;
      }
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof DumpReplacedError) throw cause;
      return cause as Error;
    }
    const { size } = first.version;
    if (place < at) throw replaced(url);
    return size !== null && at < size ? new Error(`it ended after ${at} of ${size} bytes`) : null;
  }
}

const replaced = (url: string): DumpReplacedError =>
  new DumpReplacedError(
    `${url} is another file now than the one that was begun: repeat with --restart to drop the unfinished run and read the file that is there`,
  );

const gone = (url: string, status: number): DumpReplacedError =>
  new DumpReplacedError(
    `${url} answered HTTP ${status}: the server does not offer this version of the file any more; thresher dumps shows what it offers, and --restart begins with that`,
  );

/**
 * Asks for the file from a byte on, again if need be.
 *
 * @param begun the version of which the bytes before `at` are; null if nothing was read
 * @param broke why the last answer was not enough
 */
async function openFrom(
  deps: DownloadDeps,
  url: string,
  at: number,
  begun: FileVersion | null,
  signal: AbortSignal,
  broke: Error | null = null,
): Promise<Opened> {
  const pauseMs = deps.pauseMs ?? backoffMs;
  let why = broke === null ? null : brokeOff(url, broke);
  let retryAfter: number | null = null;
  for (let tries = 0; tries < mostTries; tries++) {
    if (why !== null) await sleep(pauseMs(tries, retryAfter), undefined, { signal });
    retryAfter = null;
    await deps.turn();
    let reply: TransportReply;
    try {
      const headers = { 'user-agent': deps.userAgent, 'accept-encoding': 'identity', ...rangeHeaders(at, begun) };
      ({ reply } = await followRedirects(deps.transport, url, { signal, headers, idleMs }));
    } catch (cause) {
      signal.throwIfAborted();
      why = new DumpUnreadableError(noReplyFor(url, cause).message, { cause });
      // A refused address or a redirect that leads nowhere stays so.
      if (begun === null && broke === null) throw why;
      continue;
    }
    const { status } = reply;
    if (status === 200 || status === 206) return openReply(reply, url, at, begun);
    await discard(reply);
    retryAfter = retryAfterMs(reply);
    const said = `${url} answered HTTP ${status}`;
    why = new DumpUnreadableError(`${said}: ${remedyFor(status)}`);
    if (status === 401 || status === 403) await deps.refused(`${said}: it refuses this client`, retryAfter);
    const isGone = status === 404 || status === 410 || status === 412 || status === 416;
    if (isGone && (begun !== null || deps.isBegun === true)) throw gone(url, status);
    if (status < 500 && status !== 429 && status !== 408) throw why;
  }
  throw why!;
}

/** What a person can do about a status. */
function remedyFor(status: number): string {
  if (status === 401 || status === 403)
    return 'it refuses this client; the same command asks again, or download the file yourself and name it';
  if (status === 404 || status === 410) return 'there is no such file; thresher dumps shows what the exporter of a source offers';
  return 'the same command continues later';
}

const brokeOff = (url: string, cause: Error): DumpUnreadableError =>
  new DumpUnreadableError(`${url} breaks off: ${cause.message}; the same command continues`, { cause });

const rangeHeaders = (at: number, begun: FileVersion | null): Record<string, string> => {
  if (at === 0) return {};
  const condition = begun?.etag ?? begun?.lastModified ?? null;
  return { range: `bytes=${at}-`, ...(condition === null ? {} : { 'if-range': condition }) };
};

/** @throws DumpReplacedError where the answer is of another file. Pure except the body that it hands on. */
function openReply({ status, headers, body }: TransportReply, url: string, at: number, begun: FileVersion | null): Opened {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  const start = status === 206 ? Number(range?.[1] ?? Number.NaN) : 0;
  const whole = status === 206 ? range?.[2] : headers['content-length'];
  const size = whole === undefined || !/^\d+$/.test(whole) ? null : Number(whole);
  const etag = headers['etag']?.startsWith('"') ? headers['etag'] : null;
  const version = { etag, lastModified: headers['last-modified'] ?? null, size };
  if (status === 206 && start !== at)
    throw new DumpUnreadableError(`${url} sent bytes from ${start} on where those from ${at} on were asked for`);
  if (begun !== null && isOther(begun, version)) throw replaced(url);
  return { body, start, version };
}

const isOther = (begun: FileVersion, now: FileVersion): boolean =>
  (['etag', 'size'] as const).some((name) => begun[name] !== null && now[name] !== null && begun[name] !== now[name]);

function retryAfterMs({ headers }: TransportReply): number | null {
  const text = headers['retry-after'] ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : null;
}
