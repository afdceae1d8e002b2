import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { causeSince, endOfLog } from './cause-in-log.ts';
import { startOnFreePort } from './ports.ts';
import { privateFile, privateFolder } from './private-folder.ts';
import { CommandError, isRunning, startDetached, stopStarted, type StopSteps } from './process.ts';
import { livingPid, stopServer, untilReady, type Missing, type Server, type StartDeps } from './server.ts';

/** A program that is a Redis server when it is called `redis-server`. */
export interface RedisProgram {
  readonly file: string;
  readonly argv0: string;
}

/**
 * Redis 7 on this machine. Debian's redis-server package starts its own service, but the same binary, which
 * goes by its name, is in redis-tools, which starts nothing.
 */
export function findRedis(): RedisProgram | undefined {
  return ['redis-server', 'redis-check-rdb'].map((file) => ({ file, argv0: 'redis-server' })).find(isRedis7);
}

function isRedis7({ file, argv0 }: RedisProgram): boolean {
  const { stdout } = spawnSync(file, ['--version'], { argv0, encoding: 'utf8' });
  return Number(/Redis server v=(\d+)/.exec(stdout ?? '')?.[1] ?? 0) >= 7;
}

const stopSteps: StopSteps = [
  ['SIGTERM', 30_000],
  ['SIGKILL', 5_000],
];

interface Paths {
  readonly folder: string;
  readonly config: string;
  readonly pid: string;
  readonly log: string;
}

/** The Redis of this home, adopted or started; without the program, the queue lives in PostgreSQL. */
export async function startRedis(deps: StartDeps): Promise<Server | Missing> {
  const program = findRedis();
  if (program === undefined)
    return {
      name: 'redis',
      missing: 'no Redis 7 here, so the queue lives in PostgreSQL; for a faster one: sudo apt-get install redis-tools',
    };
  const paths = pathsIn(deps.account.base);
  const adopted = livingPid(paths.pid, paths.config);
  const from = endOfLog(paths.log);
  try {
    // The file has the port of the last start.
    const before = existsSync(paths.config) ? settingsIn(paths).port : undefined;
    const { signal } = deps;
    if (adopted === undefined) await startOnFreePort(6379, (port) => launch(port, deps, program, paths), { signal, before });
    else await untilAnswers(deps, paths);
    const { port, password } = settingsIn(paths);
    const url = `redis://:${password}@127.0.0.1:${port}`;
    return {
      name: 'redis',
      url,
      how: adopted === undefined ? 'started' : 'still running',
      stop: () => stop(paths),
      pid: () => pidOf(paths),
    };
  } catch (cause) {
    // Another process may use an adopted server.
    if (adopted !== undefined && deps.signal.aborted) throw cause;
    await stop(paths);
    if (cause instanceof CommandError || deps.signal.aborted) throw cause;
    throw new CommandError('Redis', `${(cause as Error).message}${causeSince(paths.log, from)}`, paths.log, { cause });
  }
}

function pathsIn(base: string): Paths {
  const folder = join(base, 'redis');
  const paths = { folder, config: join(folder, 'redis.conf'), pid: join(folder, 'pid'), log: join(base, 'log', 'redis.log') };
  for (const path of [folder, dirname(paths.log)]) privateFolder(path);
  privateFile(paths.log);
  return paths;
}

async function launch(port: number, deps: StartDeps, program: RedisProgram, paths: Paths): Promise<void> {
  const password = existsSync(paths.config) ? settingsIn(paths).password : randomBytes(18).toString('base64url');
  writeFileSync(paths.config, configText(port, password, paths), { mode: 0o600 });
  await deps.account.own(paths.folder);
  const started = deps.account.command(program.file, [paths.config]);
  // `argv0` would go to unshare; the namespace is for programs that refuse root, and Redis does not.
  const { file, args } = deps.account.kind === 'namespace' ? { file: program.file, args: [paths.config] } : started;
  const pid = await startDetached(file, args, { ...started.options, argv0: program.argv0, cwd: paths.folder, log: paths.log });
  writeFileSync(paths.pid, String(pid));
  try {
    // For a moment it has no command line to be known by.
    while (pidOf(paths) === undefined && isRunning(pid)) await sleep(5, undefined, { signal: deps.signal });
    await untilAnswers(deps, paths);
  } catch (cause) {
    await stopStarted(pid, stopSteps);
    throw cause;
  }
}

async function untilAnswers(deps: StartDeps, paths: Paths): Promise<void> {
  const { port, password } = settingsIn(paths);
  await untilReady(
    () => answers(port, password),
    () => pidOf(paths) !== undefined,
    60_000,
    deps.signal,
  );
}

/** `set-proc-title no` keeps the path of this file on the command line, by which the process is known again. */
function configText(port: number, password: string, { folder }: Paths): string {
  const lines = ['bind 127.0.0.1', `port ${port}`, `requirepass ${password}`, `dir "${folder}"`, 'appendonly yes', 'appendfsync everysec'];
  return [...lines, 'save ""', 'maxmemory-policy noeviction', 'set-proc-title no', 'daemonize no', ''].join('\n');
}

function settingsIn(paths: Paths): { port: number; password: string } {
  const text = readFileSync(paths.config, 'utf8');
  return { port: Number(/^port (\d+)$/m.exec(text)?.[1]), password: /^requirepass (\S+)$/m.exec(text)?.[1] ?? '' };
}

function pidOf(paths: Paths): number | undefined {
  return livingPid(paths.pid, paths.config);
}

/** Whether Redis says PONG; while it loads its file it says LOADING. */
async function answers(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    let text = '';
    const end = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setEncoding('utf8').setTimeout(2000, () => end(false));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (/PONG|-[A-Z]+ /.test(text)) end(text.includes('PONG'));
    });
    socket.on('error', () => end(false)).on('close', () => end(false));
  });
}

/** Stops the Redis of a folder for servers, if it runs. */
export async function stopRedis(base: string): Promise<void> {
  await stop(pathsIn(base));
}

async function stop(paths: Paths): Promise<void> {
  await stopServer('redis', pidOf(paths), paths.config, stopSteps);
}
