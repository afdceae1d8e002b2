import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setDefaultCACertificates, getCACertificates } from 'node:tls';
import { startElasticsearch } from '../../scripts/services/elasticsearch.ts';
import { freePort } from '../../scripts/services/ports.ts';
import { isRunning } from '../../scripts/services/process.ts';
import type { ClusterNode, Server } from '../../scripts/services/server.ts';
import { livingPid } from '../../scripts/services/server.ts';
import { prepareLocal, startServices } from '../../scripts/services/start-services.ts';
import { makeCertificate, tlsRedis } from '../connections/tls-servers.ts';
import { until } from '../chaos/until.ts';

/** The servers of a trial, used by this trial only. */
export interface Place extends AsyncDisposable {
  /** Variables for every process that works with these servers. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder for logs of processes. */
  readonly logs: string;
}

export interface PlaceOptions {
  /** An empty folder. */
  readonly home: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A few thousand records, for minutes: less heap, and no time spent on optimising code. */
const JAVA_OPTIONS = '-Xms512m -Xmx512m -XX:TieredStopAtLevel=1';

const PROGRAMS = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

/** A server that is wanted and cannot be had here. The message says how to get it. */
export class PlaceError extends Error {
  override readonly name = 'PlaceError';
}

/** PostgreSQL, Redis and one Elasticsearch, as `npm run services` starts them. */
export async function openPlace({ home, log, signal }: PlaceOptions): Promise<Place> {
  const services = await startServices({
    home: join(home, 'servers'),
    env: { ...PROGRAMS, ES_JAVA_OPTS: JAVA_OPTIONS },
    // A crash of the machine ends the trial as well.
    postgresSettings: { fsync: 'off' },
    log,
    signal,
  });
  if (services.notes.length > 0) {
    await services[Symbol.asyncDispose]();
    throw new PlaceError(services.notes.join('; '));
  }
  return { env: services.env, logs: logsIn(home), [Symbol.asyncDispose]: () => services[Symbol.asyncDispose]() };
}

function logsIn(home: string): string {
  const logs = join(home, 'processes');
  mkdirSync(logs, { recursive: true });
  return logs;
}

/** Servers on which every connection is encrypted: PostgreSQL, Redis, and a cluster of Elasticsearch. */
export interface ClusterPlace extends Place {
  /** URL of each node, by its place. */
  readonly nodes: readonly string[];
  /** kill -9. Resolves once the process has gone. */
  killNode(number: number): Promise<void>;
  startNode(number: number): Promise<void>;
}

const NODES = ['node-1', 'node-2', 'node-3'] as const;

/** Starts them, and lets this process trust their certificate. */
export async function openClusterPlace({ home, log, signal }: PlaceOptions): Promise<ClusterPlace> {
  await using stack = new AsyncDisposableStack();
  mkdirSync(home, { recursive: true });
  const certificate = await makeCertificate(home);
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
  const nowhere = { REDIS_URL: 'redis://127.0.0.1:1', ELASTICSEARCH_URL: 'http://127.0.0.1:1' };
  const services = stack.use(
    await startServices({
      home: join(home, 'servers'),
      env: { ...PROGRAMS, ...nowhere },
      postgresSettings: { ssl: 'on', ssl_cert_file: certificate.certFile, ssl_key_file: certificate.keyFile, fsync: 'off' },
      log,
      signal,
    }),
  );
  const redisUrl = await tlsRedis(home, certificate, stack);
  if (redisUrl === null) throw new PlaceError('Redis 7 is needed: sudo apt-get install redis-tools');
  const transportPorts: number[] = [];
  for (const _ of NODES) transportPorts.push(await freePort(0));
  const running: Server[] = [];
  const bases: string[] = [];
  const startNode = async (number: number): Promise<void> => {
    const options = { home: join(home, NODES[number]!), env: PROGRAMS, log, signal };
    mkdirSync(options.home, { recursive: true });
    const deps = await prepareLocal(options, ['elasticsearch']);
    const transportPort = transportPorts[number]!;
    const clusterNode: ClusterNode = { name: NODES[number]!, transportPort, transportPorts, nodes: NODES, certificate, password: 'secret' };
    const outcome = await startElasticsearch({ ...deps, clusterNode }, { ...PROGRAMS, ES_JAVA_OPTS: JAVA_OPTIONS });
    if ('missing' in outcome) throw new PlaceError(outcome.missing);
    running[number] = outcome;
    bases[number] = deps.account.base;
  };
  stack.defer(async () => void (await Promise.all(running.map((server) => server.stop()))));
  await Promise.all(NODES.map((_, number) => startNode(number)));
  const nodes = running.map(({ url }) => url);
  const all = stack.move();
  return {
    env: {
      DATABASE_URL: `${services.env['DATABASE_URL']!.replace('127.0.0.1', 'localhost')}?sslmode=verify-full`,
      REDIS_URL: redisUrl,
      ELASTICSEARCH_URL: nodes.join(','),
      ELASTICSEARCH_SHARDS: '3',
      ELASTICSEARCH_REPLICAS: '1',
      NODE_EXTRA_CA_CERTS: certificate.certFile,
    },
    logs: logsIn(home),
    nodes,
    async killNode(number) {
      const folder = join(bases[number]!, 'elasticsearch');
      const pid = livingPid(join(folder, 'pid'), folder);
      if (pid === undefined) return;
      process.kill(pid, 'SIGKILL');
      await until(() => !isRunning(pid));
    },
    startNode,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
