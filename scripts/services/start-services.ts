import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { redactUrl } from '@thresher/runtime';
import { serverAccount, type Account } from './account.ts';
import { installMissing } from './apt.ts';
import { findCompose, startWithCompose } from './compose.ts';
import { isUnpacked } from './elasticsearch-download.ts';
import { startElasticsearch, stopElasticsearch } from './elasticsearch.ts';
import { startPostgres, stopPostgres } from './postgres.ts';
import { privateFolder } from './private-folder.ts';
import { startRedis, stopRedis } from './redis.ts';
import { leftRunning, StillRunningError, URL_VARIABLE, type Missing, type Server, type ServerName, type StartDeps } from './server.ts';
import { removeServersFile, writeServersFile } from './servers-file.ts';
import { enter, leave, withLock } from './sharing.ts';

/** The root of the checkout. */
export const ROOT = resolve(import.meta.dirname, '..', '..');

export interface ServicesOptions {
  /** THRESHER_HOME; relative to the root of the checkout. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** What a PostgreSQL that is started here gets next to its usual settings, or instead of them. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
  /** Takes lines for people. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** The servers, ready to be used. Disposal ends those that this home started, unless another process uses them. */
export interface Services extends AsyncDisposable {
  /** DATABASE_URL and, where they could be had, DATABASE_READ_URL, REDIS_URL and ELASTICSEARCH_URL; else ELASTICSEARCH_FAULT. */
  readonly env: Readonly<Record<string, string>>;
  /** One sentence per server that could not be had, with the command that mends it. */
  readonly notes: readonly string[];
  /** One sentence for each local server that runs now, with how to stop it. */
  running(): readonly string[];
}

/**
 * Finds or starts PostgreSQL, Redis and Elasticsearch. Each comes from the first of: its URL in `env`, Docker Compose
 * where an engine answers, a local process with its data in `home`, possibly one that a killed start left behind.
 * Throws when PostgreSQL cannot be had or `signal` aborts; the others become notes.
 */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const signal = options.signal ?? new AbortController().signal;
  const given = givenUrls(options.env);
  const wanted = (Object.keys(URL_VARIABLE) as ServerName[]).filter((name) => given[URL_VARIABLE[name]] === undefined);
  if (wanted.length === 0) return { env: given, notes: [], running: () => [], [Symbol.asyncDispose]: async () => {} };
  const home = resolve(ROOT, options.home);
  privateFolder(home);
  const outcomes = await withLock(home, options.log, signal, () => bringUp({ ...options, home, signal }, wanted));
  const servers = outcomes.filter((outcome) => 'url' in outcome);
  for (const server of servers) options.log(`${server.name}: ${server.how}, ${redactUrl(server.url)}`);
  const env = {
    ...given,
    ...searchFault(outcomes),
    ...Object.fromEntries(servers.flatMap((server) => [[URL_VARIABLE[server.name], server.url], ...Object.entries(server.more ?? {})])),
  };
  writeServersFile(home, env);
  return {
    env,
    notes: outcomes.filter((outcome) => 'missing' in outcome).map((outcome) => outcome.missing),
    running: () =>
      servers.flatMap(({ name, pid }) => {
        const running = pid?.();
        return running === undefined ? [] : [leftRunning(name, running)];
      }),
    [Symbol.asyncDispose]: () => withLock(home, options.log, new AbortController().signal, () => stopUnlessUsed(home, servers)),
  };
}

/** What /readyz says where Elasticsearch was wanted and could not be had. */
function searchFault(outcomes: readonly (Server | Missing)[]): Record<string, string> {
  const one = outcomes.find((outcome) => outcome.name === 'elasticsearch');
  return one !== undefined && 'missing' in one ? { ELASTICSEARCH_FAULT: one.missing } : {};
}

function givenUrls(env: NodeJS.ProcessEnv): Record<string, string> {
  const pairs = Object.values(URL_VARIABLE).map((name) => [name, env[name] ?? ''] as const);
  return Object.fromEntries(pairs.filter(([, url]) => url !== ''));
}

type FullOptions = ServicesOptions & { readonly signal: AbortSignal };

async function bringUp(options: FullOptions, wanted: readonly ServerName[]): Promise<(Server | Missing)[]> {
  enter(options.home);
  const compose = await findCompose(ROOT, options.home, options.env);
  const starts = compose === undefined ? await localStarts(options, wanted) : [startWithCompose(compose, wanted)];
  const results = await Promise.allSettled(starts);
  const outcomes = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const failure = failureIn(results, outcomes) ?? (options.signal.aborted ? (options.signal.reason as Error) : undefined);
  if (failure === undefined) return outcomes;
  const started = compose === undefined ? localServers(options.home, wanted) : outcomes.filter((outcome) => 'url' in outcome);
  await stopUnlessUsed(options.home, started);
  throw failure;
}

/** The servers of a home, whether they came up or not. */
function localServers(home: string, names: readonly ServerName[]): Pick<Server, 'stop'>[] {
  const { base } = serverAccount(home);
  const stops = { postgres: stopPostgres, redis: stopRedis, elasticsearch: stopElasticsearch } satisfies Record<
    ServerName,
    (base: string) => Promise<void>
  >;
  return names.map((name) => ({ stop: () => stops[name](base) }));
}

/** Without PostgreSQL nothing works; the others may be missing, but not fail in a way they do not know. */
function failureIn(results: readonly PromiseSettledResult<unknown>[], outcomes: readonly (Server | Missing)[]): Error | undefined {
  for (const result of results) if (result.status === 'rejected') return result.reason as Error;
  const missing = outcomes.find((outcome) => outcome.name === 'postgres' && 'missing' in outcome);
  return missing === undefined ? undefined : new Error((missing as Missing).missing);
}

async function localStarts(options: FullOptions, wanted: readonly ServerName[]): Promise<Promise<Server | Missing>[]> {
  const deps = await prepareLocal(options, wanted);
  const start = {
    postgres: () => startPostgres(deps),
    redis: () => startRedis(deps),
    elasticsearch: () => startElasticsearch(deps, options.env),
  } satisfies Record<ServerName, () => Promise<Server | Missing>>;
  return wanted.map((name) => start[name]());
}

/** Installs what local servers need, as far as it may, and returns what starting them needs. `home` is absolute. */
export async function prepareLocal(options: FullOptions, wanted: readonly ServerName[]): Promise<StartDeps> {
  const account = serverAccount(options.home);
  const { log, signal, postgresSettings = {} } = options;
  const deps: StartDeps = { account, cache: cacheFolder(account, options.env), postgresSettings, log, signal };
  const elasticsearch = wanted.includes('elasticsearch');
  const maven = elasticsearch && !isUnpacked(deps.cache);
  await installMissing({ ...options, home: account.base }, { redis: wanted.includes('redis'), java: elasticsearch, maven });
  return deps;
}

/** Whether a local Elasticsearch can be started with data in `home` without a download of hundreds of megabytes. */
export function hasLocalElasticsearch(home: string, env: NodeJS.ProcessEnv): boolean {
  return isUnpacked(cacheFolder(serverAccount(home), env));
}

/** Elasticsearch is unpacked once per user; where `nobody` runs it, it must not lie below /root. */
function cacheFolder(account: Account, env: NodeJS.ProcessEnv): string {
  if (account.kind === 'nobody') return '/var/cache/thresher';
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'thresher');
}

async function stopUnlessUsed(home: string, servers: readonly Pick<Server, 'stop'>[]): Promise<void> {
  if (leave(home)) return;
  removeServersFile(home);
  const stops = await Promise.allSettled(servers.map((server) => server.stop()));
  const failures = stops.flatMap((stop) => (stop.status === 'rejected' ? [stop.reason as Error] : []));
  const others = failures.filter((failure) => !(failure instanceof StillRunningError));
  if (others.length > 0) throw new AggregateError(failures, 'servers could not be stopped');
  if (failures.length > 0) throw new StillRunningError(failures.map(({ message }) => message).join('\n'));
}
