import { boundWaitMs, longestPeriodMs, longestWaitMs } from './bounds.ts';

/** What a server says about its rate limit; null if it says nothing or nothing readable. */
export interface RateLimit {
  readonly limit: number | null;
  readonly remaining: number | null;
  /** When the present window ends. */
  readonly resetAt: Date | null;
}

/** An answer whose body arrived whole, of any HTTP status. */
export interface OaiReply {
  /** Where the answer came from, after redirects. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body with content encodings undone. */
  readonly bytes: Uint8Array;
  /** Length of the body as it came over the wire. */
  readonly wireBytes: number;
  /** From the Content-Type. */
  readonly charset: string | null;
  readonly rateLimit: RateLimit | null;
  /** From `Retry-After`, at most a day. Null unless the status is 403, 429 or 503: Zenodo sends the header with every success too. */
  readonly retryAfterMs: number | null;
}

type Headers = Readonly<Record<string, string>>;

export function charsetOf(headers: Headers): string | null {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? null;
}

/** `Retry-After` in milliseconds from `now`: seconds, or an HTTP date; from 0 to a day. */
export function retryAfterMs(status: number, headers: Headers, now: number): number | null {
  const askedMs = askedWaitMs(status, headers, now);
  return askedMs === null ? null : boundWaitMs(askedMs);
}

/** Statuses with which `Retry-After` says when to come back. */
const RETRY_AFTER_STATUSES = new Set([403, 429, 503]);

function askedWaitMs(status: number, headers: Headers, now: number): number | null {
  const text = headers['retry-after']?.trim();
  if (!RETRY_AFTER_STATUSES.has(status) || !text) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) || !/[a-z]{3}/i.test(text) ? null : date - now;
}

/** Sentences on the headers whose values are beyond all bounds and were not taken as they came. */
export function headerDoubts(status: number, headers: Headers, now: number): string[] {
  const isLongWait = (askedWaitMs(status, headers, now) ?? 0) > longestWaitMs;
  const reset = numbersOf(headers).reset;
  const isFarReset = reset !== null && resetTime(reset, now) === null;
  return [
    isLongWait ? 'Retry-After asks for a wait of more than a day: the next request follows after a day' : '',
    isFarReset ? 'the rate limit reports a reset in more than a month; that time is ignored' : '',
  ].filter(Boolean);
}

/**
 * Reads `X-RateLimit-*` (Zenodo), `RateLimit-*`, `X-Rate-Limit-*` and the single `RateLimit` field of the IETF drafts. A reset is
 * an epoch time in seconds or milliseconds, or seconds from `now`.
 */
export function rateLimitOf(headers: Headers, now: number): RateLimit | null {
  const { limit, remaining, reset } = numbersOf(headers);
  if (limit === null && remaining === null && reset === null) return null;
  return { limit, remaining, resetAt: reset === null ? null : resetTime(reset, now) };
}

function numbersOf(headers: Headers) {
  const drafts = draftFields(headers);
  const named = (name: string) =>
    leadingNumber(headers[`x-ratelimit-${name}`] ?? headers[`ratelimit-${name}`] ?? headers[`x-rate-limit-${name}`]);
  return {
    limit: named('limit') ?? drafts.limit,
    remaining: named('remaining') ?? drafts.remaining,
    reset: named('reset') ?? drafts.reset,
  };
}

const EPOCH_SECONDS_FROM = 1e9;
const EPOCH_MILLISECONDS_FROM = 1e12;

/** Null if it lies more than a month ahead, which no rate limit means. */
function resetTime(reset: number, now: number): Date | null {
  const at = reset >= EPOCH_MILLISECONDS_FROM ? reset : reset >= EPOCH_SECONDS_FROM ? reset * 1000 : now + reset * 1000;
  return at - now > longestPeriodMs ? null : new Date(at);
}

/** The number that a text begins with; null for one of more than 15 digits, which is no count. */
function leadingNumber(text: string | undefined): number | null {
  const found = /^\s*(\d{1,15}(?:\.\d+)?)(?![\d.]|e[+-]?\d)/i.exec(text ?? '')?.[1];
  return found === undefined ? null : Number(found);
}

/** `RateLimit: limit=100, remaining=50, reset=50`, later `RateLimit: "p";r=50;t=30` with `RateLimit-Policy: "p";q=100`. */
function draftFields(headers: Headers) {
  const value = (field: string, key: string) =>
    leadingNumber(new RegExp(`(?:^|[\\s,;])${key}\\s*=\\s*(\\d+)`).exec(headers[field] ?? '')?.[1]);
  return {
    limit: value('ratelimit', 'limit') ?? value('ratelimit-policy', 'q'),
    remaining: value('ratelimit', 'remaining') ?? value('ratelimit', 'r'),
    reset: value('ratelimit', 'reset') ?? value('ratelimit', 't'),
  };
}
