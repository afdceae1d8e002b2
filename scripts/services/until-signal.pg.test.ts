import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serverAccount } from './account.ts';
import { findProcess, isRunning } from './process.ts';
import { endedWithin } from './until-signal.ts';

const env = {
  PATH: '/usr/bin:/bin',
  HOME: process.env['HOME'],
  REDIS_URL: 'redis://127.0.0.1:1',
  ELASTICSEARCH_URL: 'http://127.0.0.1:1',
};

const path = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

interface Program {
  readonly child: ChildProcess;
  /** The process of its PostgreSQL. */
  readonly postgres: number;
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
  /** Resolves when it has printed a line. */
  says(line: string): Promise<void>;
}

/** A program with a PostgreSQL; after a signal it prints "stopping", takes the time of `after`, and stops the server. */
async function start(after: string): Promise<Program> {
  const home = mkdtempSync(join(tmpdir(), 'until-signal-'));
  const code = `
    import { startServices } from ${path('start-services.ts')}
    import { untilAborted, untilSignal } from ${path('until-signal.ts')}
    import { setTimeout as sleep } from 'node:timers/promises'
    await untilSignal(async (signal, _, started) => {
      started(await startServices({ home: ${JSON.stringify(home)}, env: ${JSON.stringify(env)}, log: () => {}, signal }))
      console.log('ready')
      await untilAborted(signal)
      console.log('stopping')
      ${after}
      return 0
    })`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'close').then(([exitCode]) => ({ code: exitCode as number | null, err }));
  const says = async (line: string): Promise<void> => {
    while (!out.includes(`${line}\n`)) await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error(err)))]);
  };
  await says('ready');
  const postgres = findProcess(join(serverAccount(home).base, 'postgres', 'data'))!;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (isRunning(postgres)) {
      process.kill(postgres, 'SIGCONT');
      process.kill(postgres, 'SIGQUIT');
      while (isRunning(postgres)) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    rmSync(home, { recursive: true, force: true });
  });
  return { child, postgres, ended, says };
}

test('a SIGTERM that arrives again while servers are being stopped does not leave them running', { timeout: 120_000 }, async () => {
  const { child, postgres, ended, says } = await start('await sleep(2_500)');
  child.kill('SIGTERM');
  await says('stopping');
  // As npm does on a busy machine.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, err: '' });
  expect(isRunning(postgres)).toBe(false);
});

test('a second, other signal ends it at once, with which servers run on and how to stop them', { timeout: 120_000 }, async () => {
  const { child, postgres, ended, says } = await start('');
  process.kill(postgres, 'SIGSTOP');
  child.kill('SIGTERM');
  await says('stopping');
  child.kill('SIGINT');
  const { code, err } = await ended;
  expect(code).toBe(130);
  expect(err).toBe(
    `PostgreSQL still runs as process ${postgres}: kill ${postgres} asks it to stop, kill -QUIT ${postgres} ends it at once\n`,
  );
  expect(isRunning(postgres)).toBe(true);
});

test('work that hangs after the signal is left alone, and its result counts if it comes in time', async () => {
  const stop = new AbortController();
  const hanging = endedWithin(20, stop.signal, new Promise<number>(() => {}));
  stop.abort();
  expect(await hanging).toBeNull();
  expect(await endedWithin(60_000, stop.signal, Promise.resolve(7))).toBe(7);
  await expect(endedWithin(60_000, stop.signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});
