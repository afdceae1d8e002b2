import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { causeSince, endOfLog } from './cause-in-log.ts';

/** A program that ended badly. `log` is the file with the reason, when it wrote one. */
export class CommandError extends Error {
  override name = 'CommandError';
  readonly log: string | undefined;

  constructor(command: string, how: string, log: string | undefined, options?: ErrorOptions) {
    super(`${command} ${how}${log === undefined ? '' : `, see ${log}`}`, options);
    this.log = log;
  }
}

/** How to run a program. `log` takes what it prints (appended); without it that is thrown away. */
export interface RunOptions {
  /** What people know the program by; its file unless specified. */
  readonly name?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  readonly log?: string;
  readonly argv0?: string;
  readonly signal?: AbortSignal;
  /** In a separate session, so that Ctrl-C in our terminal does not reach it or what it starts. */
  readonly detached?: boolean;
  /** What the program gets when `signal` aborts; SIGTERM unless specified. */
  readonly killSignal?: NodeJS.Signals;
}

/** Runs a program to its end, also after `signal` aborts. Throws a {@link CommandError} unless it exits with 0. */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  const { log, name = file, ...rest } = options;
  const from = log === undefined ? 0 : endOfLog(log);
  const output = log === undefined ? 'ignore' : openSync(log, 'a');
  try {
    const child = spawn(file, args, { ...rest, stdio: ['ignore', output, output] });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const [code, signal] = (await once(child, 'close').catch(async (cause: unknown) => {
      // After an abort the program may still write for a while.
      if (child.pid !== undefined) await closed;
      throw cause;
    })) as [number | null, string | null];
    const how = code === null ? `was ended by ${signal}` : `failed with exit code ${code}`;
    if (code !== 0) throw new CommandError(name, `${how}${log === undefined ? '' : causeSince(log, from)}`, log);
  } catch (cause) {
    if (cause instanceof CommandError || options.signal?.aborted === true) throw cause;
    throw new CommandError(name, `could not be run (${(cause as Error).message})`, log, { cause });
  } finally {
    if (typeof output === 'number') closeSync(output);
  }
}

/**
 * Starts a server that outlives us: its own session (so that Ctrl-C in our terminal does not reach it), output
 * to the log file. Returns its process id; throws a {@link CommandError} when it cannot be started.
 */
export async function startDetached(
  file: string,
  args: readonly string[],
  options: RunOptions & { readonly log: string },
): Promise<number> {
  const output = openSync(options.log, 'a');
  try {
    const { log: _, signal: __, ...rest } = options;
    const child = spawn(file, args, { ...rest, detached: true, stdio: ['ignore', output, output] });
    await once(child, 'spawn');
    child.unref();
    if (child.pid === undefined) throw new Error('no process id');
    return child.pid;
  } catch (cause) {
    throw new CommandError(file, `could not be started (${(cause as Error).message})`, options.log, { cause });
  } finally {
    closeSync(output);
  }
}

/** The command line of a living process with blanks between its arguments, or undefined. */
export function commandLine(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'command=', '-ww', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    // A zombie has an empty command line: nobody reaps our servers when we are process 1 of a container.
    const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Whether a process is there and has not ended, whatever its command line says: that is empty for a moment while it becomes another program. */
export function isRunning(pid: number): boolean {
  try {
    const state =
      process.platform === 'linux'
        ? statFields(pid)[0]
        : execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return !/^[ZX]/.test(state!);
  } catch {
    return false;
  }
}

/** What distinguishes a process from a later one with the same id: the time it started. Undefined when it is gone. */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return statFields(pid)[19];
  } catch {
    return undefined;
  }
}

/** From the third field of `/proc/PID/stat` on: the state is the first, the start in clock ticks the twentieth. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may hold anything.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Whether `pid` lives and was started with `marker` (a path only we use) on its command line. */
export function isOurs(pid: number, marker: string): boolean {
  return commandLine(pid)?.includes(marker) === true;
}

/** Our server when its pid file was not written yet: a process with all `markers` on its command line. Linux only. */
export function findProcess(...markers: string[]): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return readdirSync('/proc')
    .map(Number)
    .find((pid) => pid > 0 && pid !== process.pid && markers.every((marker) => isOurs(pid, marker)));
}

/** Signals in the order they are sent, each with the time in milliseconds that the process then has to end. */
export type StopSteps = readonly (readonly [NodeJS.Signals, number])[];

/** Signals a process that has `marker` on its command line until it ends. Returns whether it ended. */
export async function stopProcess(pid: number, marker: string, steps: StopSteps): Promise<boolean> {
  return signalWhile(() => isOurs(pid, marker), pid, steps);
}

/** Signals a process that this one has just started until it ends: its command line may not be readable yet. Returns whether it ended. */
export async function stopStarted(pid: number, steps: StopSteps): Promise<boolean> {
  return signalWhile(() => isRunning(pid), pid, steps);
}

/** A process that has ended meanwhile is none to be signalled. */
function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function signalWhile(lives: () => boolean, pid: number, steps: StopSteps): Promise<boolean> {
  for (const [signal, ms] of steps) {
    if (!lives()) return true;
    sendTo(pid, signal);
    for (const deadline = Date.now() + ms; Date.now() < deadline && lives();) await sleep(20);
  }
  return !lives();
}
