import { boundTimerMs } from './bounds.ts';
import { ACCEPT_ENCODING, decodeContent } from './content-encoding.ts';
import { NoReplyError } from './errors.ts';
import { AddressRefusedError } from './outbound.ts';
import { charsetOf, headerDoubts, rateLimitOf, retryAfterMs } from './reply.ts';
import type { OaiReply } from './reply.ts';
import type { Transport, TransportOptions, TransportReply } from './transport.ts';

/** The limits of one request in milliseconds and bytes, and the headers that it sends. */
export interface FetchLimits {
  readonly userAgent: string;
  /** For the whole exchange, redirects and body included. */
  readonly timeoutMs: number;
  /** For the body on the wire and, apart from that, unpacked. */
  readonly maxBytes: number;
  /** Media types to ask for; XML unless specified. */
  readonly accept?: string;
  /** Gets a sentence for each header that was not taken as it came. */
  readonly warn?: (sentence: string) => void;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * One request and its whole answer, of any status. Throws `NoReplyError` when none arrives whole within the limits, and
 * the reason of `signal` when that is aborted. Never asks twice: the caller decides what a lost answer means.
 */
export async function fetchReply(transport: Transport, url: string, limits: FetchLimits, signal?: AbortSignal): Promise<OaiReply> {
  using deadline = setDeadline(limits.timeoutMs, signal);
  try {
    const { userAgent, accept = 'text/xml, application/xml' } = limits;
    const headers = { 'user-agent': userAgent, accept, 'accept-encoding': ACCEPT_ENCODING };
    const { reply, url: finalUrl } = await followRedirects(transport, url, { headers, signal: deadline.signal });
    const wire = await readBody(reply, finalUrl, limits.maxBytes, deadline.signal);
    for (const doubt of headerDoubts(reply.status, reply.headers, Date.now())) limits.warn?.(`${new URL(finalUrl).host}: ${doubt}`);
    return await toReply(reply, finalUrl, wire, limits.maxBytes);
  } catch (cause) {
    signal?.throwIfAborted();
    if (deadline.isOver()) throw noReply(url, 'timeout', `no answer from ${shown(url)} within ${limits.timeoutMs / 1000} s`, cause);
    throw noReplyFor(url, cause);
  }
}

interface Deadline extends Disposable {
  /** Aborts when the time is over, and with the caller's signal. */
  readonly signal: AbortSignal;
  isOver(): boolean;
}

/** Leaves nothing behind once disposed of; the timer of `AbortSignal.timeout` would stay for its whole time. */
function setDeadline(timeoutMs: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let over = false;
  const expire = (): void => {
    over = true;
    controller.abort();
  };
  const abort = (): void => controller.abort(outer!.reason);
  const timer = setTimeout(expire, boundTimerMs(timeoutMs));
  outer?.addEventListener('abort', abort, { once: true });
  if (outer?.aborted === true) abort();
  return {
    signal: controller.signal,
    isOver: () => over,
    [Symbol.dispose]() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', abort);
    },
  };
}

function noReply(url: string, reason: NoReplyError['reason'], message: string, cause?: unknown): NoReplyError {
  return new NoReplyError(message, { url, reason, cause });
}

/** URLs are shown without their arguments, since tokens are long and keys secret, and without user and password. */
function shown(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/^([a-z]+:)?\/\/[^/]*@/i, '$1//');
}

/**
 * One request and the head of its answer, after at most five redirects. User and password of a URL are sent as `Authorization`
 * to the origin of that URL only: a redirect to another origin gets no credentials.
 *
 * @throws NoReplyError for a redirect that is refused; whatever the transport throws.
 */
export async function followRedirects(transport: Transport, start: string, options: TransportOptions) {
  const [first, own] = authorized(start, options);
  let url = first;
  for (let hops = 0; ; hops++) {
    const reply = await transport(url, new URL(url).origin === new URL(first).origin ? own : options);
    const location = REDIRECTS.has(reply.status) ? reply.headers['location'] : undefined;
    if (location === undefined) return { reply, url };
    await discard(reply);
    if (hops === MAX_REDIRECTS) throw noReply(url, 'redirect', `${shown(start)} redirects more than ${MAX_REDIRECTS} times`);
    url = redirectTarget(url, location);
  }
}

/** Arguments for a transport: user and password of the URL become `Authorization`. */
export function authorized(url: string, options: TransportOptions): [url: string, options: TransportOptions] {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return [url, options];
  const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return [withoutCredentials(url), { ...options, headers: { ...options.headers, authorization: `Basic ${pair}` } }];
}

function withoutCredentials(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1');
}

/** What became of a request that got no answer, as a sentence. */
export function noReplyFor(url: string, cause: unknown): NoReplyError {
  if (cause instanceof NoReplyError) return cause;
  if (cause instanceof AddressRefusedError)
    return noReply(url, 'address', `${shown(url)} leads to a refused address: ${cause.message}`, cause);
  return noReply(url, 'connection', connectionSentence(url, cause), cause);
}

function redirectTarget(from: string, location: string): string {
  const target = URL.canParse(location, from) ? new URL(location, from) : null;
  if (target === null || !/^https?:$/.test(target.protocol))
    throw noReply(from, 'redirect', `${shown(from)} redirects to ${shown(location).slice(0, 200)}, which is no web address`);
  if (from.startsWith('https:') && target.protocol === 'http:') {
    throw noReply(from, 'redirect', `${shown(from)} redirects from https to http (${shown(target.href)}), which is refused`);
  }
  return withoutCredentials(target.href);
}

/** Closes the connection rather than read a body nobody wants. */
export async function discard({ body }: TransportReply): Promise<void> {
  if (!(body instanceof Uint8Array)) await body[Symbol.asyncIterator]().return?.();
}

async function readBody(reply: TransportReply, url: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const promised = Number(reply.headers['content-length'] ?? NaN);
  if (promised > maxBytes) {
    await discard(reply);
    throw tooLarge(url, maxBytes);
  }
  try {
    for await (const chunk of reply.body instanceof Uint8Array ? [reply.body] : reply.body) {
      signal.throwIfAborted();
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(url, maxBytes);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof NoReplyError || signal.aborted) throw cause;
    throw noReply(url, 'cut-off', `the answer of ${shown(url)} was cut off after ${length} bytes`, cause);
  }
  if (promised > length) throw noReply(url, 'cut-off', `the answer of ${shown(url)} was cut off after ${length} of ${promised} bytes`);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function tooLarge(url: string, maxBytes: number, cause?: unknown): NoReplyError {
  return noReply(url, 'too-large', `the answer of ${shown(url)} is larger than ${maxBytes} bytes`, cause);
}

async function toReply(reply: TransportReply, url: string, wire: Uint8Array, maxBytes: number): Promise<OaiReply> {
  const now = Date.now();
  const { status, headers } = reply;
  const bytes = await decodeContent(wire, headers['content-encoding'], maxBytes).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(url, maxBytes, cause);
    if (code === 'Z_BUF_ERROR') throw noReply(url, 'cut-off', `the compressed answer of ${shown(url)} was cut off`, cause);
    throw noReply(url, 'encoding', `the compressed answer of ${shown(url)} cannot be unpacked`, cause);
  });
  return {
    url,
    status,
    headers,
    bytes,
    wireBytes: wire.length,
    charset: charsetOf(headers),
    rateLimit: rateLimitOf(headers, now),
    retryAfterMs: retryAfterMs(status, headers, now),
  };
}

const CONNECTION_SENTENCES: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `nothing listens at ${host}: the connection was refused`,
  ENOTFOUND: (host) => `there is no host called ${host}`,
  EAI_AGAIN: (host) => `the name ${host} could not be looked up just now`,
  ENETUNREACH: (host) => `there is no network path to ${host}`,
  EHOSTUNREACH: (host) => `there is no network path to ${host}`,
  ETIMEDOUT: (host) => `${host} did not take the connection in time`,
  UND_ERR_CONNECT_TIMEOUT: (host) => `${host} did not take the connection in time`,
  ECONNRESET: (host) => `${host} closed the connection without an answer`,
  EPIPE: (host) => `${host} closed the connection without an answer`,
  UND_ERR_SOCKET: (host) => `${host} closed the connection without an answer`,
};

function connectionSentence(url: string, cause: unknown): string {
  const { host } = new URL(url);
  const { code = '', message } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : { message: String(cause) };
  return CONNECTION_SENTENCES[code]?.(host) ?? `no answer from ${shown(url)}: ${message}`;
}
