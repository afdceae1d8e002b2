import { statfs } from 'node:fs/promises';
import { type Env, readConfig } from '@thresher/runtime';
import { createSearchClient, DEFAULT_ALIAS } from '@thresher/search';
import { type Db, reasonOf, schemaIsCurrent } from '@thresher/store/database';
import { listMetrics, nextTickMetric, readFigures, type Sample } from '@thresher/store/harvest';
import { assessElasticsearch, readElasticsearch } from './elasticsearch.ts';
import { advice, fault, type Finding, gigabytes, good } from './finding.ts';
import { assessPostgres, readPostgres } from './postgres.ts';
import { assessRedis, readRedis } from './redis.ts';

/**
 * Looks at everything that an installation needs from this machine: servers, their settings, disk, what the harvest waits for. Changes
 * nothing. A server that does not answer is a finding, not an error.
 */
export async function diagnose({ env, db }: { readonly env: Env; readonly db: Db }): Promise<Finding[]> {
  const { redis, elasticsearch, home } = readConfig(env, ['redis', 'elasticsearch', 'home']);
  const looks = [
    asked('postgresql', 'DATABASE_URL', async () => assessPostgres(await readPostgres(db))),
    redis.url === undefined
      ? Promise.resolve([good('redis', 'not configured: the queue is in PostgreSQL')])
      : asked('redis', 'REDIS_URL', async () => assessRedis(await readRedis(redis.url!))),
    elasticsearch.url === undefined
      ? Promise.resolve([
          advice('elasticsearch', elasticsearch.fault ?? 'not configured, so that search answers 503: set ELASTICSEARCH_URL'),
        ])
      : asked('elasticsearch', 'ELASTICSEARCH_URL', () => lookAtElasticsearch(elasticsearch.url!)),
    lookAtDisk(home.path),
    asked('harvest', 'DATABASE_URL', async () => {
      // That is a finding already.
      if (!(await schemaIsCurrent(db))) return [];
      const figures = [...(await readFigures(db, elasticsearch.url !== undefined)), ...(await listMetrics(db, []))];
      return assessFigures(figures, Date.now() / 1_000);
    }),
  ];
  return [assessNode(process.versions.node), ...(await Promise.all(looks)).flat()];
}

async function asked(about: Finding['about'], variable: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [fault(about, `it could not be asked (${reasonOf(error)}): see that it runs and that ${variable} is right`)];
  }
}

export const assessNode = (version: string): Finding =>
  Number.parseInt(version, 10) >= 24
    ? good('thresher', `Node ${version}`)
    : fault('thresher', `Node ${version} is too old: use Node 24, as npm exec in the checkout does`);

async function lookAtElasticsearch(url: string): Promise<Finding[]> {
  const client = await createSearchClient(url, { requestTimeoutMs: 10_000, maxRetries: 0 });
  try {
    return assessElasticsearch(await readElasticsearch(client, DEFAULT_ALIAS));
  } finally {
    await client.close();
  }
}

async function lookAtDisk(folder: string): Promise<Finding[]> {
  // Before the first start there is no folder: its place is what counts.
  const found = await statfs(folder).catch(() => statfs('.'));
  return [assessDisk(folder, found.blocks * found.bsize, found.bavail * found.bsize)];
}

/** @param total bytes of the file system on which the local servers keep their data */
export function assessDisk(folder: string, total: number, free: number): Finding {
  const says = `${gigabytes(free)} of ${gigabytes(total)} are free where ${folder} is`;
  if (free < 2e9) return fault('disk', `${says}: free some, or PostgreSQL stops`);
  return free < total * 0.1 ? advice('disk', `${says}: add space soon`) : good('disk', says);
}

/** How late a schedule may begin: a full harvest waits for a sync to end. */
const graceSeconds = 3_600;

/** Findings from the figures of /metrics. `now`: seconds since 1970. Pure. */
export function assessFigures(figures: readonly Sample[], now: number): Finding[] {
  const about = 'harvest';
  const found = figures.flatMap(({ name, labels, value }): Finding[] => {
    const label = (key: string): string => labels[key] ?? '';
    if (name === nextTickMetric && now - value > graceSeconds)
      return [
        fault(
          about,
          `the ${label('kind')} schedule of ${label('source')} is overdue since ${new Date(value * 1_000).toISOString().slice(0, 16)}Z: see that a harvester runs, and its log`,
        ),
      ];
    if (value === 0) return [];
    if (name === 'thresher_source_blocked')
      return [fault(about, `${label('host')} refuses this client: thresher status says why; ask its operator`)];
    if (name === 'thresher_indexing_stopped') return [fault(about, 'Elasticsearch accepts no documents: thresher status says why')];
    if (name === 'thresher_run_last_failed')
      return [
        advice(
          about,
          `the last ${label('kind')} run of ${label('source')} is not complete: thresher coverage ${label('source')} --short says why`,
        ),
      ];
    if (name === 'thresher_given_up_pages')
      return [advice(about, `${value} pages were given up: see thresher failures, then thresher replay --failed`)];
    if (name === 'thresher_suspects' && label('state') === 'held')
      return [advice(about, `${value} records are held because they seem to have vanished at once: see thresher suspects`)];
    if (name === 'thresher_search_lag_seconds' && value > graceSeconds)
      return [
        fault(about, `a harvested change has not been searchable for ${Math.round(value / 60)} minutes: see that a transformer runs`),
      ];
    return [];
  });
  return found.length > 0 ? found : [good(about, 'no schedule is overdue, nothing waits for a person')];
}
