import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports.ts';
import type { Server, ServerName } from './server.ts';

const execute = promisify(execFile);

const CONTAINER_PORT = { postgres: 5432, redis: 6379, elasticsearch: 9200 } as const satisfies Record<ServerName, number>;

/** The variables of docker-compose.yml that set the published ports. */
const PORT_VARIABLE = { postgres: 'POSTGRES_PORT', redis: 'REDIS_PORT', elasticsearch: 'ELASTICSEARCH_PORT' } as const satisfies Record<
  ServerName,
  string
>;

/** Docker Compose over the project's file. `docker` runs it with arguments and some variables, and returns what it prints. */
export interface Compose {
  readonly home: string;
  readonly passwords: Readonly<Record<'owner' | 'reader' | 'redis' | 'elastic', string>>;
  readonly docker: (args: readonly string[], ports?: Readonly<Record<string, string>>) => Promise<string>;
}

/** Docker Compose when the command is there and an engine answers within three seconds; otherwise undefined. */
export async function findCompose(root: string, home: string, env: NodeJS.ProcessEnv): Promise<Compose | undefined> {
  try {
    await execute('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 3000, env });
    await execute('docker', ['compose', 'version'], { timeout: 3000, env });
  } catch {
    return undefined;
  }
  return {
    home,
    passwords: {
      owner: env['POSTGRES_PASSWORD'] || 'thresher',
      reader: env['POSTGRES_READ_PASSWORD'] || 'thresher-query',
      redis: env['REDIS_PASSWORD'] || 'thresher',
      elastic: env['ELASTIC_PASSWORD'] || 'thresher',
    },
    docker: async (args, ports = {}) => (await execute('docker', [...args], { cwd: root, env: { ...env, ...ports } })).stdout.trim(),
  };
}

/** Brings the named services up and waits until they are healthy. Those that ran before are left running by `stop`. */
export async function startWithCompose(compose: Compose, names: readonly ServerName[]): Promise<Server[]> {
  const running = (await compose.docker(['compose', 'ps', '--services', '--status', 'running'])).split('\n');
  const absent = names.filter((name) => !running.includes(name));
  const started = rememberStarted(compose.home, absent);
  if (absent.length > 0) await compose.docker(['compose', 'up', '--detach', '--wait', '--no-recreate', ...absent], await freePorts(absent));
  return Promise.all(names.map((name) => serverOf(compose, name, started.has(name))));
}

/** Notes what we are about to start, so that it is still ours to stop after a start that was killed. */
function rememberStarted(home: string, names: readonly ServerName[]): Set<string> {
  const note = join(home, 'compose-started');
  const started = new Set([...(existsSync(note) ? readFileSync(note, 'utf8').split('\n') : []), ...names]);
  writeFileSync(note, [...started].join('\n'));
  return started;
}

async function freePorts(names: readonly ServerName[]): Promise<Record<string, string>> {
  const ports = names.map(async (name) => [PORT_VARIABLE[name], String(await freePort(CONTAINER_PORT[name]))] as const);
  return Object.fromEntries(await Promise.all(ports));
}

async function serverOf(compose: Compose, name: ServerName, started: boolean): Promise<Server> {
  const address = await compose.docker(['compose', 'port', name, String(CONTAINER_PORT[name])]);
  const stop = async (): Promise<void> => {
    if (!started) return;
    await compose.docker(['compose', 'stop', name]);
  };
  const urls = composeUrls(compose.passwords, address);
  const more = name === 'postgres' ? { more: { DATABASE_READ_URL: urls.reader } } : {};
  return { name, url: urls[name], ...more, how: 'Docker Compose', stop };
}

/** The addresses of docker-compose.yml, whose names these are, at one published port. */
function composeUrls(
  { owner, reader, redis, elastic }: Compose['passwords'],
  address: string,
): Readonly<Record<ServerName | 'reader', string>> {
  return {
    postgres: `postgres://thresher:${encodeURIComponent(owner)}@${address}/thresher`,
    reader: `postgres://thresher_query:${encodeURIComponent(reader)}@${address}/thresher`,
    redis: `redis://:${encodeURIComponent(redis)}@${address}`,
    elasticsearch: `http://elastic:${encodeURIComponent(elastic)}@${address}`,
  };
}
