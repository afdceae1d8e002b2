import { isIP } from 'node:net';

/**
 * The environment variables, in one table: section → field → how to read it.
 * A test compares `.env.example` with it.
 */

/** How one environment variable is read. `read` gets a non-empty text and throws a plain sentence when it is wrong. */
export interface Variable<T> {
  readonly name: string;
  readonly description: string;
  readonly default: T;
  readonly read: (text: string) => T;
  /** An unset variable without a default is a fault. */
  readonly required: boolean;
  /** May hold a password: `NAME_FILE` works too, and its value is never repeated in a fault. */
  readonly secret: boolean;
}

/** The levels of the log, from few lines to many. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Every variable Thresher reads; the sections are what {@link readConfig} can be asked for. */
export const VARIABLES = {
  database: {
    url: required('DATABASE_URL', urlOf('postgres:', 'postgresql:'), 'PostgreSQL, as postgres://user:password@host:port/database'),
  },
  databaseRead: {
    url: optional(
      'DATABASE_READ_URL',
      urlOf('postgres:', 'postgresql:'),
      'the same database for thresher sql and the export of queries, as a role that can only read; left out, the role of DATABASE_URL creates one',
      true,
    ),
  },
  redis: {
    url: optional(
      'REDIS_URL',
      urlOf('redis:', 'rediss:'),
      'Redis for the queue, and for the counts of API_RATE_LIMIT; left out, the queue lives in PostgreSQL and each API process counts for itself',
      true,
    ),
  },
  elasticsearch: {
    url: optional(
      'ELASTICSEARCH_URL',
      urlsOf('http:', 'https:'),
      'Elasticsearch, or the nodes of its cluster separated by commas; left out, search answers 503 and all else works',
      true,
    ),
    shards: defaulted('ELASTICSEARCH_SHARDS', 1, between(1, 1_024), 'shards of a search index that is made, as by thresher reindex'),
    replicas: defaulted(
      'ELASTICSEARCH_REPLICAS',
      0,
      between(0, 10),
      'replicas of each shard of a search index that is made: 1 on a cluster that may lose a node',
    ),
    fault: optional(
      'ELASTICSEARCH_FAULT',
      text,
      'why there is no ELASTICSEARCH_URL although one was wanted, as npm start sets it: then /readyz says that the API is not ready',
      false,
    ),
  },
  http: {
    host: defaulted('HOST', '127.0.0.1', text, 'address that the API and the metrics of workers listen on'),
    port: defaulted('PORT', 8080, port, 'port the API listens on; 0 takes a free one'),
    publicUrl: optional(
      'PUBLIC_URL',
      origin,
      'address under which clients reach the API, as https://host: links in answers use it; unset, links use the address that was asked if it is this machine',
      false,
    ),
    proxies: optional(
      'TRUSTED_PROXIES',
      addresses,
      'addresses or networks of reverse proxies, separated by commas, whose X-Forwarded-For, -Proto and -Host are believed; unset, none are',
      false,
    ),
  },
  load: {
    mostInFlight: defaulted(
      'API_MAX_IN_FLIGHT',
      256,
      between(1, 100_000),
      'requests that an API process answers at a time; further ones get 503 with Retry-After',
    ),
  },
  metrics: {
    port: optional(
      'METRICS_PORT',
      port,
      'port on which a harvester or transformer serves /metrics, /healthz and /readyz; unset, it serves none',
      false,
    ),
  },
  access: {
    keys: optional('API_KEYS', apiKeys, 'keys of the API, as name:key or name:key:600 (requests per minute), separated by commas', true),
    perMinute: optional('API_RATE_LIMIT', perMinute, 'requests per minute of each address that shows no key; 0: a key is needed', false),
  },
  admin: {
    key: optional(
      'ADMIN_KEY',
      adminKey,
      'key that permits SQL over HTTP and acting on harvests; unset, only programs and browsers on the machine of the API may',
      true,
    ),
  },
  log: {
    level: defaulted('LOG_LEVEL', 'info', oneOf(LOG_LEVELS), `least severe event that is logged: ${LOG_LEVELS.join(', ')}`),
  },
  limits: {
    pageMegabytes: defaulted('MAX_PAGE_MB', 32, between(1, 512), 'largest answer of a repository that is read, in MiB, unpacked'),
    memberMegabytes: defaulted('MAX_DUMP_MEMBER_MB', 8, between(1, 256), 'largest document of a dump that is read, in MiB'),
    heapMegabytes: defaulted('TRANSFORM_HEAP_MB', 384, between(32, 16_384), 'JavaScript heap of each transform thread, in MiB'),
    stuckSeconds: defaulted(
      'TRANSFORM_STUCK_SECONDS',
      60,
      between(5, 3_600),
      'a transform thread that gives no sign of life for this long is ended',
    ),
  },
  retention: {
    pageDays: optional(
      'RETAIN_PAGES_DAYS',
      between(0, 36_500),
      'days after which the bytes of pages that a later complete run has fetched again are deleted; unset, only thresher prune does',
      false,
    ),
    historyDays: optional(
      'RETAIN_HISTORY_DAYS',
      between(1, 36_500),
      'days after which earlier revisions of records are deleted, with the steps of communities; unset, all are kept',
      false,
    ),
    deliveryDays: defaulted(
      'RETAIN_DELIVERIES_DAYS',
      30,
      between(1, 36_500),
      'days after which delivered messages to webhooks are deleted',
    ),
    cron: defaulted('PRUNE_SCHEDULE', '47 3 * * *', text, 'when the harvester deletes what these days say, as cron has it, in UTC'),
  },
  outbound: {
    allowed: optional(
      'OUTBOUND_ALLOW',
      hosts,
      'hosts, host:port, addresses or networks that are not public and to which requests may go, separated by commas; unset, none are but the sources',
      false,
    ),
  },
  contact: {
    email: optional('THRESHER_CONTACT', email, 'mail address sent to repositories in the User-Agent', false),
  },
  home: {
    path: defaulted('THRESHER_HOME', '.thresher', text, 'folder for the data and logs of locally started servers'),
  },
} as const;

function required<T>(name: string, read: (text: string) => T, description: string): Variable<T> {
  // The default of a required variable is never handed out: its absence is a fault.
  return { name, description, default: undefined as T, read, required: true, secret: true };
}

function optional<T>(name: string, read: (text: string) => T, description: string, secret: boolean): Variable<T | undefined> {
  return { name, description, default: undefined, read, required: false, secret };
}

function defaulted<T>(name: string, value: T, read: (text: string) => T, description: string): Variable<T> {
  return { name, description, default: value, read, required: false, secret: false };
}

function text(value: string): string {
  return value;
}

function urlOf(...protocols: string[]): (value: string) => string {
  return (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !protocols.includes(url.protocol)) {
      throw new Error(`must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    }
    return value;
  };
}

function urlsOf(...protocols: string[]): (value: string) => string {
  const read = urlOf(...protocols);
  return (value) =>
    value
      .split(',')
      .map((one) => read(one.trim()))
      .join(',');
}

/** `https://host:port`, without anything after it: paths in answers begin at the root. */
function origin(value: string): string {
  const url = URL.parse(value);
  if (url === null || !/^https?:\/\/[^/?#@\s]+\/?$/i.test(value))
    throw new Error('must be a scheme and a host, such as https://mirror.example.org');
  return url.origin;
}

/** IP addresses and networks in CIDR notation. */
function addresses(value: string): readonly string[] {
  const all = value.split(',').map((one) => one.trim());
  if (!all.every(isAddressOrNetwork)) throw new Error('must be addresses or networks, such as 10.0.0.5, 10.1.0.0/16, separated by commas');
  return all;
}

/** Names or addresses, each with a port or without, and networks in CIDR notation. */
function hosts(value: string): readonly string[] {
  const all = value.split(',').map((one) => one.trim());
  if (!all.every((one) => isAddressOrNetwork(one) || isHost(one)))
    throw new Error(
      'must be hosts, host:port, addresses or networks, such as hooks.internal, 127.0.0.1:8081, 10.1.0.0/16, separated by commas',
    );
  return all;
}

/** As it may stand in a URL, and nothing behind it. */
function isHost(value: string): boolean {
  return /^[\w.:[\]-]+$/.test(value) && URL.parse(`http://${value}/`)?.hostname === value.toLowerCase().replace(/:\d+$/, '');
}

function isAddressOrNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

function port(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 65535) throw new Error('must be a whole number from 0 to 65535');
  return number;
}

function between(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) throw new Error(`must be a whole number from ${least} to ${most}`);
    return number;
  };
}

/** A key of the API. */
export interface ApiKey {
  /** For the log; the key itself never stands there. */
  readonly name: string;
  readonly key: string;
  /** Null: as many as they like. */
  readonly perMinute: number | null;
}

function apiKeys(value: string): readonly ApiKey[] {
  return value.split(',').map((entry) => {
    const [, name, key, limit] = /^\s*([\w.-]+):([\w.~+/=-]{16,}?)(?::([1-9]\d{0,6}))?\s*$/.exec(entry) ?? [];
    if (name === undefined || key === undefined)
      throw new Error('must be name:key or name:key:600, separated by commas, each key of 16 letters and digits or more');
    return { name, key, perMinute: limit === undefined ? null : Number(limit) };
  });
}

function adminKey(value: string): string {
  if (!/^[\w.~+/=-]{16,}$/.test(value)) throw new Error('must have 16 letters and digits or more');
  return value;
}

function perMinute(value: string): number {
  if (!/^\d{1,7}$/.test(value)) throw new Error('must be a whole number of requests per minute');
  return Number(value);
}

function oneOf<const T extends string>(values: readonly T[]): (value: string) => T {
  return (value) => {
    const found = values.find((one) => one === value);
    if (found === undefined) throw new Error(`must be one of ${values.join(', ')}`);
    return found;
  };
}

function email(value: string): string {
  // It becomes part of an HTTP header, so blanks, line ends and brackets are out.
  if (!/^[^\s@<>()"]+@[^\s@<>()"]+$/.test(value)) throw new Error('must be a mail address');
  return value;
}
