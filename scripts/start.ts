/**
 * `npm start`: servers, schema, API, web page and a first harvest, until Ctrl-C. What was harvested stays, and the next
 * start continues from there.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { run } from '@thresher/cli';
import { type Config, InterruptedError, readConfig } from '@thresher/runtime';
import { createDb } from '@thresher/store/database';
import { findSource, listRuns, saveSource } from '@thresher/store/harvest';
import { smallEnv, smallFlags } from '../packages/pipeline/bin/small-process.ts';
import { freePort, keepPort, keptPort } from './services/ports.ts';
import { ROOT, type Services, startServices } from './services/start-services.ts';
import { endedWithin, untilAborted, untilSignal } from './services/until-signal.ts';

const usage = `npm start [-- options]
  --source NAME|URL   repository to harvest: zenodo, or the base URL of any OAI-PMH endpoint (the simulator)
  --set SETSPEC       only this set; may be repeated
  --size N            records of the simulator (10000)
  --replay DIR        harvest recorded OAI-PMH answers out of a folder
  --once              end after the harvest
Further options are those of thresher harvest: --from --until --rate --metadata-prefix …`;

const talk = (line: string): void => console.error(line);
const restartAfterMs = 1_000;
/** Our processes give up after 20 s; one that hangs must not keep the servers running. */
const killAfterMs = 25_000;

/** What is at work after a signal is left alone then: the servers have to be stopped. */
const leaveWorkAfterMs = 30_000;

await untilSignal(async (signal, resources, started) => {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return 2;
  const startedAt = Date.now();
  if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));
  const config = readConfig(process.env, ['home', 'http', 'metrics']);
  const services = started(await startServices({ home: config.home.path, env: process.env, log: talk, signal }));
  services.notes.forEach(talk);
  const children: Child[] = [];
  // All at once: one after the other, each that hangs would add its time.
  resources.defer(async () => void (await Promise.all(children.map((child) => child[Symbol.asyncDispose]()))));
  const code = await endedWithin(leaveWorkAfterMs, signal, runAll({ options, config, services, children, startedAt }, signal));
  if (code === null) talk(`not done ${leaveWorkAfterMs / 1_000} s after the signal: stopping the servers; the next start continues`);
  return code ?? 130;
});

interface Run {
  readonly options: Options;
  readonly config: Pick<Config, 'home' | 'http' | 'metrics'>;
  readonly services: Services;
  /** Those that were started; they are added here. */
  readonly children: Child[];
  readonly startedAt: number;
}

/** Schema, processes, first harvest; then waits for the signal. Returns the exit code. */
async function runAll({ options, config, services, children, startedAt }: Run, signal: AbortSignal): Promise<number> {
  const env = { ...process.env, ...services.env };
  const io = { env, stdout: process.stdout, stderr: process.stderr, signal };
  if ((await run(['migrate'], io)) !== 0) return 1;

  const keep: StartKept = (name, args, more = {}) => {
    const child = startChild(name, args, { ...env, ...more });
    children.push(child);
    return child;
  };
  const keptFile = join(config.home.path, 'api.port');
  const port = await freePort(config.http.port, process.env['PORT'] === undefined ? keptPort(keptFile) : undefined);
  keepPort(keptFile, port);
  if (port !== config.http.port) talk(`port ${config.http.port} is taken, the API takes ${port}`);
  keep('api', ['packages/cli/bin/cli.ts', 'serve', '--host', config.http.host, '--port', String(port)]);
  const { port: metricsPort } = config.metrics;
  keep('transformer', ['packages/pipeline/bin/transformer.ts']);
  const source = options.source ?? (await startSimulator(options, env['DATABASE_URL'] ?? '', keep));

  const standing = await standingOf(env['DATABASE_URL'] ?? '', source);
  // Files, statistics and the rest, which OAI-PMH does not carry.
  const addDump = (...more: string[]): Promise<number> => run(['harvest', source, '--from-dump', '--no-catch-up', ...more], io);
  const hasDump = options.source === undefined && options.replay === undefined && options.harvest.length === 0;
  // The simulator writes its dumps again when it starts.
  if (hasDump && standing.dump === 'unfinished') await addDump('--restart');
  const verb = standing.isHarvested && options.harvest.length === 0 ? 'sync' : 'harvest';
  let code: number = await run([verb, source, ...options.harvest], io);
  if (code === 0 && hasDump && standing.dump === 'none') code = await addDump();
  if (signal.aborted) return 130;
  const page = `http://${config.http.host.includes(':') ? `[${config.http.host}]` : config.http.host}:${port}`;
  console.log();
  await run(['status'], io);
  talk(`ready after ${Math.round((Date.now() - startedAt) / 1000)} s`);
  console.log(`  web page   ${page}/\n  search     ${page}/api/records?q=climate\n  SQL        npx thresher sql, in another terminal`);
  if (options.once) return code;
  // From here on: runs that are left to it by --detach, and schedules.
  keep('harvester', [...smallFlags, 'packages/pipeline/bin/harvester.ts'], {
    ...smallEnv,
    ...(metricsPort !== undefined && { METRICS_PORT: String(metricsPort + 1) }),
  });
  talk('Ctrl-C ends all of it; the data stays');
  await untilAborted(signal);
  return code === 0 || signal.reason instanceof InterruptedError ? 0 : code;
}

interface Options {
  readonly source: string | undefined;
  readonly size: string;
  readonly replay: string | undefined;
  readonly once: boolean;
  /** Passed on to `thresher harvest`. */
  readonly harvest: string[];
}

/** Null when help was asked for or the options make no sense; it has been said then. */
function readOptions(argv: string[]): Options | null {
  const own = {
    source: { type: 'string' },
    size: { type: 'string' },
    replay: { type: 'string' },
    once: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const { values, tokens } = parseArgs({ args: argv, options: own, strict: false, tokens: true });
  const passed = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [token.value];
    if (token.kind !== 'option' || token.name in own) return [];
    return token.value === undefined || !token.inlineValue ? [token.rawName] : [`${token.rawName}=${token.value}`];
  });
  const text = (name: 'source' | 'size' | 'replay'): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
  const size = text('size') ?? '10000';
  if (values.help === true || !/^[1-9]\d*$/.test(size)) {
    talk(values.help === true ? usage : `--size has to be a whole number from 1, not ${size}`);
    return null;
  }
  return { source: text('source'), size, replay: text('replay'), once: values.once === true, harvest: passed };
}

/** Starts the simulator and makes it the source of that name, on the same port as last time if that is free. */
async function startSimulator(options: Options, databaseUrl: string, keep: StartKept): Promise<string> {
  const port = await freePort(8100);
  const corpus = options.replay === undefined ? ['--size', options.size] : ['--replay', options.replay];
  const child = keep('simulator', ['packages/oai-sim/bin/oai-sim.ts', '--port', String(port), ...corpus]);
  const url = await child.firstLine();
  const name = options.replay === undefined ? 'simulator' : 'recording';
  await using db = createDb(databaseUrl);
  await saveSource(db, { name, base_url: url, metadata_prefix: 'oai_datacite' });
  return name;
}

interface Standing {
  /** The last run was complete: then only what changed since has to be asked for. */
  readonly isHarvested: boolean;
  readonly dump: 'none' | 'unfinished' | 'read';
}

async function standingOf(databaseUrl: string, nameOrUrl: string): Promise<Standing> {
  await using db = createDb(databaseUrl);
  const source = await findSource(db, nameOrUrl);
  const runs = source === undefined ? [] : await listRuns(db, source.id, 100);
  const dumps = runs.filter(({ kind }) => kind === 'dump');
  const isUnfinished = runs[0]?.kind === 'dump' && runs[0].state === 'running';
  return {
    isHarvested: isUnfinished || (runs[0]?.state === 'complete' && runs[0].set_specs.length === 0),
    dump: isUnfinished ? 'unfinished' : dumps.some(({ state }) => state === 'complete') ? 'read' : 'none',
  };
}

/** Starts one of our processes, which is ended with all others. */
type StartKept = (name: string, args: string[], more?: NodeJS.ProcessEnv) => Child;

interface Child extends AsyncDisposable {
  /** The first line of its standard output. Rejects if it ends before. */
  firstLine(): Promise<string>;
}

/**
 * Runs one of our processes, again when it dies, until disposed of. It is in its own group, so that Ctrl-C reaches it
 * through us alone, and ends by itself when the channel to us closes, however we ended.
 */
function startChild(name: string, args: string[], env: NodeJS.ProcessEnv): Child {
  let stopped = false;
  let child: ChildProcess;
  let ended: Promise<void>;
  let lines: Promise<string>;
  const start = (): void => {
    child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...env, LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      detached: true,
    });
    const reader = createInterface({ input: child.stdout! });
    lines = new Promise((resolve, reject) => {
      reader.once('line', resolve);
      child.once('exit', (code) => reject(new Error(`the ${name} ended with ${code} before it was ready`)));
    });
    lines.catch(() => {});
    ended = new Promise((resolve) => {
      child.once('exit', (code, signalName) => {
        resolve();
        if (stopped) return;
        talk(`the ${name} ended (${signalName ?? code}); starting it again`);
        setTimeout(() => !stopped && start(), restartAfterMs);
      });
    });
  };
  start();
  return {
    firstLine: () => lines,
    async [Symbol.asyncDispose]() {
      stopped = true;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      await ended;
      clearTimeout(late);
    },
  };
}
