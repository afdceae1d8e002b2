import { type Env, readConfig } from '@thresher/runtime';
import { countDocuments, createSearchClient, DEFAULT_ALIAS, MAPPING_VERSION, readMappingVersion } from '@thresher/search';
import { type Db, type MigrationPlan, type OtherSessions, otherSessions, planMigrations, reasonOf } from '@thresher/store/database';
import { installationId } from '@thresher/store/harvest';
import { readElasticsearch } from './elasticsearch.ts';
import { readPostgres } from './postgres.ts';
import { readRedis } from './redis.ts';

/** What has to be done to the search index. */
export interface IndexPlan {
  /** Of the index; null: there is none, and the first process that starts makes and fills it. */
  readonly mappingVersion: number | null;
  /** Of this program. */
  readonly wanted: number;
  readonly records: number;
  /** Whether `thresher reindex` is needed, and about how long it takes. */
  readonly reindex: boolean;
  readonly seconds: number;
}

/** A server, and whether this version works with it. Version null: it could not be asked, for this reason. */
export interface ServerVersion {
  readonly name: 'PostgreSQL' | 'Redis' | 'Elasticsearch';
  readonly version: string | null;
  readonly isSupported: boolean;
  readonly needs: string;
  readonly reason?: string;
}

/** What an upgrade to this version will do. */
export interface UpgradePlan {
  readonly migrations: MigrationPlan;
  /** About how long the migrations take. */
  readonly migrationSeconds: number;
  /** Why processes of the old version have to be stopped before the migration; none: they may go on. */
  readonly stops: readonly string[];
  readonly sessions: readonly OtherSessions[];
  /** Null without Elasticsearch, or if it does not answer: see servers. */
  readonly index: IndexPlan | null;
  readonly servers: readonly ServerVersion[];
  /** Whether anything is to do. */
  readonly isNeeded: boolean;
}

/** Measured on two cores at a load of 40: every row updated 6 MB/s, a table rewritten 14, an index made 60. */
export const BYTES_PER_SECOND = 6e6;
/** Loading a dump, of which sending documents is a part, does 327 records per second there (docs/performance.md). */
export const REINDEX_PER_SECOND = 300;

/** Looks at the servers and changes nothing. Throws what PostgreSQL throws; that another server is away is part of the plan. */
export async function planUpgrade({ env, db }: { readonly env: Env; readonly db: Db }): Promise<UpgradePlan> {
  const { redis, elasticsearch } = readConfig(env, ['redis', 'elasticsearch']);
  const [migrations, sessions, postgres] = [await planMigrations(db), await otherSessions(db), await readPostgres(db)];
  const servers: ServerVersion[] = [serverVersion('PostgreSQL', postgres.version)];
  if (redis.url !== undefined) {
    const url = redis.url;
    servers.push(await asked('Redis', async () => (await readRedis(url))['redis_version'] ?? '0'));
  }
  let index: IndexPlan | null = null;
  if (elasticsearch.url !== undefined) {
    const client = await createSearchClient(elasticsearch.url, { requestTimeoutMs: 10_000, maxRetries: 0 });
    try {
      const server = await asked('Elasticsearch', async () => oldest((await readElasticsearch(client, DEFAULT_ALIAS)).nodes));
      servers.push(server);
      if (server.version !== null) {
        const mappingVersion = migrations.isNew ? null : await readMappingVersion(client, DEFAULT_ALIAS, await installationId(db));
        index = planIndex(mappingVersion, mappingVersion === null ? 0 : await countDocuments(client, DEFAULT_ALIAS));
      }
    } finally {
      await client.close();
    }
  }
  return assemble({ migrations, sessions, servers, index });
}

/** Pure. */
export function planIndex(mappingVersion: number | null, records: number): IndexPlan {
  const reindex = mappingVersion !== null && mappingVersion < MAPPING_VERSION;
  return { mappingVersion, wanted: MAPPING_VERSION, records, reindex, seconds: reindex ? Math.ceil(records / REINDEX_PER_SECOND) : 0 };
}

/** Pure. */
export function assemble(facts: Pick<UpgradePlan, 'migrations' | 'sessions' | 'servers' | 'index'>): UpgradePlan {
  const { migrations, isNew } = facts.migrations;
  const bytes = isNew ? 0 : migrations.reduce((sum, one) => sum + one.bytes, 0);
  return {
    ...facts,
    migrationSeconds: migrations.length === 0 ? 0 : 1 + Math.ceil(bytes / BYTES_PER_SECOND),
    stops: isNew ? [] : migrations.flatMap(({ name, stops }) => (stops === null ? [] : [`${name}: ${stops}`])),
    isNeeded: migrations.length > 0 || facts.index?.reindex === true || facts.servers.some(({ isSupported }) => !isSupported),
  };
}

const least = { PostgreSQL: [15, 0], Redis: [7, 0], Elasticsearch: [8, 19] } as const;
const needs = { PostgreSQL: '15 or later', Redis: '7 or later', Elasticsearch: '8.19 or 9' } as const;

/** Pure. */
export function serverVersion(name: ServerVersion['name'], version: string): ServerVersion {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [needMajor, needMinor] = least[name];
  return { name, version, isSupported: major > needMajor || (major === needMajor && minor >= needMinor), needs: needs[name] };
}

async function asked(name: ServerVersion['name'], ask: () => Promise<string>): Promise<ServerVersion> {
  try {
    return serverVersion(name, await ask());
  } catch (error) {
    return { name, version: null, isSupported: false, needs: needs[name], reason: reasonOf(error) };
  }
}

/** The oldest node decides. */
const oldest = (nodes: readonly { readonly version: string }[]): string =>
  nodes.map(({ version }) => version).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))[0] ?? '0';
