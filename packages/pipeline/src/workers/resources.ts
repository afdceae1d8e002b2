import { createOaiClient, type OaiClient, type OaiClientOptions, type Outbound, userAgent } from '@thresher/oai';
import { createReport, type Env, type Logger, once, readConfig, type Report } from '@thresher/runtime';
import { createSearchClient, DEFAULT_ALIAS } from '@thresher/search';
import { createDb, type Db, openReadDb, schemaIsCurrent } from '@thresher/store/database';
import { installationId } from '@thresher/store/harvest';
import { checkRedis } from '../queue/check-redis.ts';
import { createPageQueue, type PageQueue } from '../queue/page-queue.ts';
import type { QueueOptions } from '../queue/bullmq.ts';
import { createScheduleQueue, type ScheduleQueue } from '../queue/schedule-queue.ts';
import { warnOnce } from '../requests/warn-once.ts';
import type { SearchTarget } from '../indexing/index-records.ts';
import { restoreIndex } from '../indexing/restore-index.ts';
import { within } from '../queue/within.ts';
import { maintainTotals } from './maintain-totals.ts';

export const version = '0.1.0';

/** A part that is needed is not there or not prepared. The message says what to do. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

/** What a process works with. Each part is opened on its first use, and all are closed together. */
export interface Resources extends AsyncDisposable {
  /** What it was opened with: threads open their own resources. */
  readonly env: Env;
  /** The search alias it works with. */
  readonly alias: string;
  readonly log: Logger;
  /** PostgreSQL in whatever state it is. */
  bareDb(): Db;
  /** PostgreSQL with the schema in place. Throws NotReadyError. */
  db(): Promise<Db>;
  /** PostgreSQL as a role that can only read, for queries that somebody typed. Throws NotReadyError, ReadLoginError. */
  readDb(): Promise<Db>;
  /** The index behind its alias; null if there is no ELASTICSEARCH_URL. */
  search(): Promise<SearchTarget | null>;
  /** The queues of this database: another one on the same server has its own. */
  queue(): Promise<PageQueue>;
  schedules(): Promise<ScheduleQueue>;
  client(baseURL: string, timeoutMs?: number): OaiClient;
  /** Who sends requests, and where they may go apart from public addresses. Throws ConfigError. */
  outbound(): Outbound;
}

export interface ResourcesOptions {
  /** After it aborts nobody waits for servers that are away. */
  readonly signal?: AbortSignal;
  /** Is given errors of connections that are tried again; the log unless specified. */
  readonly report?: Report;
  /** Whether what this thread measures is added to the totals of the installation; true unless specified. */
  readonly keepsTotals?: boolean;
}

/** How long a database that was there once may be away before work on it fails. */
const reconnectMs = 60_000;

/** Nothing is read or connected yet, so a command without a database needs no DATABASE_URL. Throws ConfigError if a variable is invalid. */
export function openResources(
  env: Env,
  log: Logger,
  alias: string = DEFAULT_ALIAS,
  { signal, report = createReport(log), keepsTotals = true }: ResourcesOptions = {},
): Resources {
  const stack = new AsyncDisposableStack();
  const totals = keepsTotals ? maintainTotals(report) : null;
  const warn = (message: string) => (error: Error) => report(error, message);
  const bareDb = once((): Db => {
    const db = createDb({
      connectionString: readConfig(env, ['database']).database.url,
      onLost: warn('a database connection was lost'),
      reconnectMs,
      ...(signal !== undefined && { signal }),
    });
    stack.defer(() => db.destroy());
    return db;
  });
  const db = once(async (): Promise<Db> => {
    if (!(await schemaIsCurrent(bareDb())))
      throw new NotReadyError('the database is not prepared, or older than this program: run npx thresher migrate');
    totals?.keepIn(bareDb());
    return bareDb();
  });
  const queueOptions = async (): Promise<QueueOptions> => {
    const { database, redis } = readConfig(env, ['database', 'redis']);
    const installation = await installationId(await db());
    if (redis.url !== undefined) await checkRedis(redis.url);
    return { redisUrl: redis.url, databaseUrl: database.url, installation, onError: warn('the queue had an error') };
  };
  const agent = (): string => userAgent({ version, contact: readConfig(env, ['contact']).contact.email ?? null });
  return {
    env,
    alias,
    log,
    bareDb,
    db,
    readDb: once(async () => stack.use(await openReader(env, db, warn('a database connection was lost')))),
    search: once(async () => {
      const { url, ...spread } = readConfig(env, ['elasticsearch']).elasticsearch;
      if (url === undefined) return null;
      const client = await createSearchClient(url);
      await restoreIndex({ db: await db(), log }, { client, alias, spread }).catch(async (error: unknown) => {
        await client.close();
        throw error;
      });
      stack.defer(() => client.close());
      return { client, alias, spread };
    }),
    queue: once(async () => stack.use(createPageQueue(await queueOptions()))),
    schedules: once(async () => stack.use(createScheduleQueue(await queueOptions()))),
    client: (baseURL, timeoutMs) => stack.use(createOaiClient({ ...clientOptions(env, baseURL, agent(), timeoutMs), warn: warnOnce(log) })),
    outbound: () => ({ userAgent: agent(), allowed: allowedHosts(env) }),
    async [Symbol.asyncDispose]() {
      // Before the database is closed; a server that is away must not hold up the end.
      if (totals !== null) await within(totalsMs, totals.end());
      await stack.disposeAsync();
    },
  };
}

/** How long the last totals may take. */
const totalsMs = 2_000;

function openReader(env: Env, owner: () => Promise<Db>, onIdleError: (error: Error) => void): Promise<Db> {
  const readUrl = readConfig(env, ['databaseRead']).databaseRead.url;
  return openReadDb({ readUrl, databaseUrl: () => readConfig(env, ['database']).database.url, onIdleError }, owner);
}

const allowedHosts = (env: Env): readonly string[] => readConfig(env, ['outbound']).outbound.allowed ?? [];

function clientOptions(env: Env, baseURL: string, agent: string, timeoutMs: number | undefined): OaiClientOptions {
  const maxBytes = readConfig(env, ['limits']).limits.pageMegabytes * 1024 * 1024;
  return { baseURL, userAgent: agent, maxBytes, allowed: allowedHosts(env), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}
