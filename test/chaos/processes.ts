import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Of the checkout. */
export const ROOT = join(import.meta.dirname, '../..');

export const PROGRAMS = {
  harvester: 'packages/pipeline/bin/harvester.ts',
  transformer: 'packages/pipeline/bin/transformer.ts',
  api: 'packages/api/bin/api.ts',
  cli: 'packages/cli/bin/cli.ts',
} as const;

export type Program = keyof typeof PROGRAMS;

/** A real process of the project, with its standard error in a file. */
export interface RunningProcess {
  readonly pid: number;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly hasEnded: () => boolean;
  readonly stdout: () => string;
  signal(name: NodeJS.Signals): void;
}

export interface ProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** How far its clock is from the true time, in milliseconds. */
  readonly skewMs?: number;
  /** The checkout that it belongs to; this one unless specified. */
  readonly root?: string;
  /** A separate process group, as on another machine: signals to ours do not reach it. */
  readonly ownGroup?: boolean;
}

/** Starts a program with nothing from the environment but what is given. Its standard error is appended to the log file. */
export function startProcess(
  program: Program,
  args: readonly string[],
  { env, logFile, skewMs = 0, root = ROOT, ownGroup = false }: ProcessOptions,
): RunningProcess {
  const stderr = openSync(logFile, 'a');
  const out: Buffer[] = [];
  const child = spawn(process.execPath, [join(root, PROGRAMS[program]), ...args], {
    // Not the root: a .env of the checkout is not for these.
    cwd: join(root, 'test/chaos'),
    detached: ownGroup,
    stdio: ['ignore', 'pipe', stderr],
    env: { PATH: process.env['PATH'] ?? '', ...(skewMs === 0 ? {} : { NODE_OPTIONS: `--import ${skewedClock(skewMs)}` }), ...env },
  });
  closeSync(stderr);
  child.stdout!.on('data', (bytes: Buffer) => out.push(bytes));
  return {
    pid: child.pid!,
    ended: endOf(child),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stdout: () => Buffer.concat(out).toString(),
    signal: (name) => void child.kill(name),
  };
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? signal!;
}

const skewedClock = (ms: number): string => `${pathToFileURL(join(import.meta.dirname, 'skewed-clock.mjs')).href}?ms=${ms}`;

/** What a process wrote to its log. */
export interface LogSize {
  readonly lines: number;
  readonly bytes: number;
  readonly longestLine: number;
}

export function sizeOfLog(file: string): LogSize {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size === 0) return { lines: 0, bytes: 0, longestLine: 0 };
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return { lines: lines.length, bytes: size, longestLine: Math.max(...lines.map((line) => line.length)) };
}
