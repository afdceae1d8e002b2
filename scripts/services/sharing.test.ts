import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { enter, leave, withLock } from './sharing.ts';

function home(): string {
  const path = mkdtempSync(join(tmpdir(), 'sharing-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** Another process that runs `code` with the functions of sharing.ts, and has printed its first line. */
async function other(code: string): Promise<ChildProcess> {
  const imports = `import { enter, leave, withLock } from ${JSON.stringify(new URL('sharing.ts', import.meta.url).href)}\n`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', imports + code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

const never = new AbortController().signal;
const quiet = (): void => {};
const hold = (path: string, ms: number): string =>
  `await withLock(${JSON.stringify(path)}, () => {}, new AbortController().signal, async () => { console.log('held'); await new Promise((r) => setTimeout(r, ${ms})) })`;

test('the lock is held by one process at a time', async () => {
  const path = home();
  await other(hold(path, 300));
  const started = Date.now();
  await withLock(path, quiet, never, async () => expect(Date.now() - started).toBeGreaterThan(150));
  expect(existsSync(join(path, 'lock'))).toBe(false);
});

test('within a process, too, and it is let go after an error', async () => {
  const path = home();
  const failing = withLock(path, quiet, never, async () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  await expect(withLock(path, quiet, never, async () => 'next')).resolves.toBe('next');
});

test('the lock of a killed process is taken over', async () => {
  const path = home();
  const child = await other(hold(path, 60_000));
  child.kill('SIGKILL');
  await once(child, 'exit');
  await expect(withLock(path, quiet, never, async () => 'mine')).resolves.toBe('mine');
});

test('a lock whose process id now belongs to another program is taken over', async () => {
  const path = home();
  writeFileSync(join(path, 'lock'), '1 -1');
  await expect(withLock(path, quiet, never, async () => 'mine')).resolves.toBe('mine');
});

test('waiting for the lock ends with the signal', async () => {
  const path = home();
  await other(hold(path, 60_000));
  await expect(withLock(path, quiet, AbortSignal.timeout(200), async () => 'mine')).rejects.toThrow();
});

test('the last user leaves nobody behind, and users that were killed do not count', async () => {
  const path = home();
  enter(path);
  const living = await other(`enter(${JSON.stringify(path)}); console.log(); setInterval(() => {}, 1000)`);
  expect(leave(path)).toBe(true);
  living.kill('SIGKILL');
  await once(living, 'exit');
  mkdirSync(join(path, 'users'), { recursive: true });
  writeFileSync(join(path, 'users', '1'), '1 -1');
  enter(path);
  expect(leave(path)).toBe(false);
});
