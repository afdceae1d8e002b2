import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { LedgerEntry, RequestCounts } from '@thresher/oai-sim';

const root = join(import.meta.dirname, '../..');

/** A simulator in its own process. */
export interface SimulatorProcess extends AsyncDisposable {
  /** Its base URL. */
  readonly url: string;
  readonly pid: number;
  requests(): Promise<RequestCounts>;
  ledger(): Promise<LedgerEntry[]>;
  /** Changes it: `touch`, `vanish`, `faults` and so on. */
  post(action: string, body: object): Promise<void>;
}

/** Starts `oai-sim` with these arguments on a free port. */
export async function startSimulator(args: readonly string[]): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, [join(root, 'packages/oai-sim/bin/oai-sim.ts'), '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout });
  const url = await Promise.race([
    once(lines, 'line').then(([line]) => line as string),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`oai-sim ended with ${code}`))),
  ]);
  const admin = (action: string): string => new URL(`/_sim/${action}`, url).href;
  return {
    url,
    pid: child.pid!,
    requests: async () => (await (await fetch(admin('requests'))).json()) as RequestCounts,
    ledger: async () =>
      (await (await fetch(admin('ledger'))).text())
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as LedgerEntry),
    async post(action, body) {
      const answer = await fetch(admin(action), { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${action}: ${await answer.text()}`);
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** How a process ended. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Memory {
  readonly now: number;
  readonly peak: number;
}

export interface RunningProgram extends AsyncDisposable {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when these words have been written to standard error. */
  says(words: string): Promise<void>;
  /** kill -9. */
  kill(): void;
  /** Resident memory in bytes, as Linux reports it; 0 once it has ended. */
  memory(): Promise<Memory>;
}

const programs = {
  cli: 'packages/cli/bin/cli.ts',
  harvester: 'packages/pipeline/bin/harvester.ts',
  transformer: 'packages/pipeline/bin/transformer.ts',
} as const;

/** Runs one of the project's programs with nothing from the environment but what is given. */
export function startProgram(
  program: keyof typeof programs,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningProgram {
  const child = spawn(process.execPath, [join(root, programs[program]), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  const ended = endOf(child);
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  return {
    pid: child.pid!,
    ended,
    async says(words) {
      while (!said.includes(words)) await once(child.stderr, 'data');
    },
    kill: () => void child.kill('SIGKILL'),
    memory: () => memoryOf(child.pid!),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const bytes = (field: string): number => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1_024;
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}
