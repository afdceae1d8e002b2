import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isOurs, isRunning, run } from './process.ts';
import { untilAborted } from './until-signal.ts';

/** A process that prints a line when it is ready, and what it printed. */
async function started(file: string, ...args: string[]): Promise<{ pid: number; line: string }> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [data] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid!, line: data.toString().trim() };
}

it.runIf(process.platform === 'linux')(
  'takes a process without a command line, as one that becomes another program, for running',
  async () => {
    const blank = `process.title = ' '.repeat(500); console.log('ready'); setInterval(() => {}, 1000)`;
    const { pid } = await started(process.execPath, '-e', blank);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()).toBe('');
    expect([isOurs(pid, 'node'), isRunning(pid)]).toEqual([false, true]);
  },
);

it('takes a process that has ended and that nobody waits for, as in a container, for gone', async () => {
  // The shell turns into a program that never waits for its children.
  const { line } = await started('sh', '-c', 'true & echo $!; exec sleep 60');
  await expect.poll(() => isRunning(Number(line))).toBe(false);
});

it('takes a process id that nobody has for gone', () => {
  expect(isRunning(2 ** 30)).toBe(false);
});

it('waits for the end of a program that it interrupts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'interrupted-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const interruption = new AbortController();
  const script = `trap 'sleep 0.2; touch "$0/ended"; exit' TERM; touch "$0/begun"; while true; do sleep 0.05; done`;
  const ended = run('/bin/sh', ['-c', script, folder], { signal: interruption.signal }).then(
    () => 'no error',
    (error: unknown) => (error as Error).name,
  );
  await expect.poll(() => existsSync(join(folder, 'begun'))).toBe(true);
  interruption.abort();
  expect(await ended).toBe('AbortError');
  expect(existsSync(join(folder, 'ended'))).toBe(true);
});

it('waits no longer for a signal that has aborted already', async () => {
  await expect(untilAborted(AbortSignal.abort())).resolves.toBeUndefined();
});
