import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { startElasticsearch } from '../../scripts/services/elasticsearch.ts';
import { startPostgres } from '../../scripts/services/postgres.ts';
import { isRunning } from '../../scripts/services/process.ts';
import { startRedis } from '../../scripts/services/redis.ts';
import type { Missing, Server, ServerName } from '../../scripts/services/server.ts';
import { prepareLocal } from '../../scripts/services/start-services.ts';
import { until } from './until.ts';

/** Servers that belong to the suite alone, and may be killed, stopped and filled up. */
export interface ChaosServers extends AsyncDisposable {
  url(name: ServerName): URL;
  /** kill -9, and start again. */
  kill(name: ServerName): Promise<void>;
  /** An orderly stop, and start again. */
  restart(name: ServerName): Promise<void>;
  /** Stops every process of a server (SIGSTOP). */
  freeze(name: ServerName): void;
  thaw(name: ServerName): void;
  /** Starts again what has ended by itself. */
  ensure(name: ServerName): Promise<void>;
  /** PostgreSQL's disk, which is small and in memory; null if this machine does not permit to mount one. */
  readonly disk: SmallDisk | null;
}

export interface SmallDisk {
  fill(): void;
  free(): void;
}

export interface ChaosServerOptions {
  /** A folder that nobody else uses. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

const NAMES: readonly ServerName[] = ['postgres', 'redis', 'elasticsearch'];

/** It serves a few hundred records, and lives for minutes: less heap, and no time spent on optimising code. */
const JAVA_OPTIONS = '-Xms512m -Xmx512m -XX:TieredStopAtLevel=1';

/** One of the three servers cannot be had on this machine. */
export class ServerMissingError extends Error {
  override readonly name = 'ServerMissingError';
}

/** Starts the three servers. Throws `ServerMissingError` if one cannot be had. */
export async function startChaosServers(options: ChaosServerOptions): Promise<ChaosServers> {
  const { home, env } = options;
  mkdirSync(home, { recursive: true });
  const deps = await prepareLocal(options, NAMES);
  const { base } = deps.account;
  const disk = mountDisk(join(base, 'postgres'));
  const start: Record<ServerName, () => Promise<Server | Missing>> = {
    postgres: () => startPostgres(deps),
    redis: () => startRedis(deps),
    elasticsearch: () => startElasticsearch(deps, { ...env, ES_JAVA_OPTS: JAVA_OPTIONS }),
  };
  const running = new Map<ServerName, Server>();
  const bringUp = async (name: ServerName): Promise<void> => void running.set(name, mustRun(await start[name]()));
  const stopAll = async (): Promise<void> => {
    for (const name of running.keys()) signalAll(processesOf(base, name), 'SIGCONT');
    await Promise.all([...running.values()].map((server) => server.stop()));
    disk?.unmount();
  };
  try {
    await Promise.all(NAMES.map(bringUp));
  } catch (error) {
    await stopAll();
    throw error;
  }
  return {
    url: (name) => new URL(running.get(name)!.url),
    async kill(name) {
      const pids = processesOf(base, name);
      // The first is the parent of the others, which end once it has gone.
      signalAll(pids.slice(0, 1), 'SIGKILL');
      await until(() => !pids.some(isRunning));
      await bringUp(name);
    },
    async restart(name) {
      await running.get(name)!.stop();
      await bringUp(name);
    },
    freeze: (name) => signalAll(processesOf(base, name), 'SIGSTOP'),
    thaw: (name) => signalAll(processesOf(base, name), 'SIGCONT'),
    ensure: bringUp,
    disk,
    [Symbol.asyncDispose]: stopAll,
  };
}

function mustRun(outcome: Server | Missing): Server {
  if ('missing' in outcome) throw new ServerMissingError(`the suite needs all three servers: ${outcome.missing}`);
  return outcome;
}

/** The process in a server's pid file, and its children. */
function processesOf(base: string, name: ServerName): number[] {
  const file = { postgres: 'postgres/data/postmaster.pid', redis: 'redis/pid', elasticsearch: 'elasticsearch/pid' }[name];
  try {
    const parent = Number.parseInt(readFileSync(join(base, file), 'utf8'), 10);
    return isRunning(parent) ? [parent, ...childrenOf(parent)] : [];
  } catch {
    return [];
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
}

/** Room for PostgreSQL's own files (60 MB), its log of changes and the databases of a run. */
const DISK_SIZE = '768m';

function mountDisk(folder: string): (SmallDisk & { unmount(): void }) | null {
  mkdirSync(folder, { recursive: true });
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE},mode=755`, 'thresher-chaos', folder]).status !== 0) return null;
  const watcher = unmountAfterUs(folder);
  const ballast = join(folder, 'ballast');
  return {
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      spawnSync('fallocate', ['-l', String(bavail * bsize), ballast]);
    },
    free: () => rmSync(ballast, { force: true }),
    unmount() {
      spawnSync('umount', [folder]);
      watcher.kill();
    },
  };
}

/** Also if this process is killed. By then PostgreSQL may still use the disk, which is gone once it ends. */
function unmountAfterUs(folder: string): ChildProcess {
  const script = 'tail --pid="$0" --follow /dev/null; umount --lazy "$1"';
  const watcher = spawn('sh', ['-c', script, String(process.pid), folder], { detached: true, stdio: 'ignore' });
  watcher.unref();
  return watcher;
}
