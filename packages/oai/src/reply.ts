/** What a server says about its rate limit; null where it says nothing or nothing readable. */
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
  /** From `Retry-After`. Null unless the status is 429 or 503: Zenodo sends the header with every success too. */
  readonly retryAfterMs: number | null;
}

type Headers = Readonly<Record<string, string>>;

export function charsetOf(headers: Headers): string | null {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? null;
}

/** `Retry-After` in milliseconds from `now`: seconds, or an HTTP date; never negative. */
export function retryAfterMs(status: number, headers: Headers, now: number): number | null {
  const text = headers['retry-after']?.trim();
  if ((status !== 429 && status !== 503) || !text) return null;
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) || !/[a-z]{3}/i.test(text) ? null : Math.max(0, date - now);
}

/**
 * Reads `X-RateLimit-*` (Zenodo), `RateLimit-*`, `X-Rate-Limit-*` and the single `RateLimit` field of the IETF drafts. A reset is
 * an epoch time in seconds or milliseconds, or seconds from `now`.
 */
export function rateLimitOf(headers: Headers, now: number): RateLimit | null {
  const drafts = draftFields(headers);
  const named = (name: string) =>
    leadingNumber(headers[`x-ratelimit-${name}`] ?? headers[`ratelimit-${name}`] ?? headers[`x-rate-limit-${name}`]);
  const limit = named('limit') ?? drafts.limit;
  const remaining = named('remaining') ?? drafts.remaining;
  const reset = named('reset') ?? drafts.reset;
  if (limit === null && remaining === null && reset === null) return null;
  return { limit, remaining, resetAt: reset === null ? null : resetTime(reset, now) };
}

const EPOCH_SECONDS_FROM = 1e9;
const EPOCH_MILLISECONDS_FROM = 1e12;

function resetTime(reset: number, now: number): Date {
  if (reset >= EPOCH_MILLISECONDS_FROM) return new Date(reset);
  return new Date(reset >= EPOCH_SECONDS_FROM ? reset * 1000 : now + reset * 1000);
}

function leadingNumber(text: string | undefined): number | null {
  const found = /^\s*(\d{1,15}(?:\.\d+)?)/.exec(text ?? '')?.[1];
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
