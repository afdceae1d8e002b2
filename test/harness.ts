import { createOaiClient, userAgent } from '@thresher/oai';
import {
  createRepository,
  type Fault,
  type Repository,
  type RepositoryOptions,
  type RunningServer,
  type ServerOptions,
  startServer,
} from '@thresher/oai-sim';
import {
  createPageQueue,
  everything,
  type HarvestDeps,
  type HarvestRequest,
  type HarvestResult,
  type PageQueue,
  type Progress,
  resolveSource,
  runHarvest,
  type SearchTarget,
  createTransformer,
  pagesInFlight,
} from '@thresher/pipeline';
import { createLogger, type LogLevel } from '@thresher/runtime';
import { createTestIndex } from '@thresher/search/testing';
import type { Db } from '@thresher/store/database';
import type { Source } from '@thresher/store/harvest';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';

export { everything };

export const log = createLogger({ level: (process.env['LOG_LEVEL'] as LogLevel | undefined) ?? 'silent', pretty: true });

/** A separate database in which BullMQ finds its tables and functions: to make them takes longer than to copy them. */
export const createWholeDatabase = (baseUrl: string | undefined): Promise<TestDatabase> =>
  createTestDatabase(baseUrl, {
    name: 'queue',
    async make(databaseUrl) {
      await using queue = createPageQueue({
        redisUrl: undefined,
        databaseUrl,
        installation: 'template',
        onError: (error) => log.warn({ err: error }),
      });
      await queue.count();
    },
  });

/** Everything there is, on its own servers: a database, an index and a queue that nobody else has. */
export interface Harness extends AsyncDisposable {
  readonly db: Db;
  readonly databaseUrl: string;
  readonly search: SearchTarget;
  readonly queue: PageQueue;
  /** Harvests a base URL until the last record is searchable. */
  harvest(baseURL: string, request?: Partial<HarvestRequest>, onProgress?: (progress: Progress) => unknown): Promise<HarvestResult>;
  deps(baseURL: string): Promise<HarvestDeps & { readonly source: Source }>;
  /** What is stored and not deleted, by identifier. */
  stored(): Promise<Map<string, string>>;
}

export interface HarnessOptions {
  readonly redisUrl?: string;
  readonly installation?: string;
  /** Another address of the Elasticsearch, such as a proxy with faults. */
  readonly elasticsearchUrl?: string;
}

export async function openHarness(options: HarnessOptions = {}): Promise<Harness> {
  const stack = new AsyncDisposableStack();
  const { db, url } = stack.use(await createWholeDatabase(process.env['DATABASE_URL']));
  const { client, alias } = stack.use(await createTestIndex(options.elasticsearchUrl ?? process.env['ELASTICSEARCH_URL'] ?? ''));
  const search = { client, alias };
  const queue = stack.use(
    createPageQueue({
      redisUrl: options.redisUrl,
      databaseUrl: url,
      installation: options.installation ?? alias,
      onError: (error) => log.warn({ err: error }),
    }),
  );
  stack.use(queue.work(createTransformer({ db, search, log }), pagesInFlight));
  const deps = async (baseURL: string) => {
    const source = await resolveSource(db, baseURL, undefined);
    const oai = stack.use(createOaiClient({ baseURL, userAgent: userAgent({ version: 'test' }), timeoutMs: 5_000 }));
    return { db, client: oai, queue, search, log, source };
  };
  return {
    db,
    databaseUrl: url,
    search,
    queue,
    deps,
    async harvest(baseURL, request = {}, onProgress = () => {}) {
      const { source, ...rest } = await deps(baseURL);
      return runHarvest(rest, source, { ...everything, ...request }, onProgress, new AbortController().signal);
    },
    async stored() {
      const rows = await db.selectFrom('record').select(['oai_identifier', 'datestamp_text']).where('deleted', '=', false).execute();
      return new Map(rows.map((row) => [row.oai_identifier, row.datestamp_text]));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

export interface Simulated extends AsyncDisposable {
  readonly url: string;
  readonly repository: Repository;
  readonly server: RunningServer;
  /** What the server lists, by identifier. */
  ledger(): Map<string, string>;
}

export async function simulate(
  corpus: RepositoryOptions,
  server: Omit<ServerOptions, 'repository'> & { readonly faults?: readonly Fault[] } = {},
): Promise<Simulated> {
  const repository = createRepository(corpus);
  const running = await startServer({ ...server, repository });
  return {
    url: running.url,
    repository,
    server: running,
    ledger: () => new Map([...repository.ledger()].filter((entry) => !entry.deleted).map((entry) => [entry.identifier, entry.datestamp])),
    [Symbol.asyncDispose]: () => running.close(),
  };
}
