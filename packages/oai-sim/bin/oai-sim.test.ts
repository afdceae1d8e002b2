import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

function run(...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'oai-sim.ts'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function firstLine(stream: NodeJS.ReadableStream | null): Promise<string> {
  for await (const line of createInterface({ input: stream as NodeJS.ReadableStream })) return line;
  return '';
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

test('prints its URL first, serves, ends on SIGTERM with 0', async () => {
  const child = run('--port', '0', '--size', '120');
  const url = await firstLine(child.stdout);
  expect(await (await fetch(`${url}?verb=ListIdentifiers&metadataPrefix=oai_dc`)).text()).toContain('completeListSize="120"');
  child.kill('SIGTERM');
  expect(await exitCode(child)).toBe(0);
});

test('ends when the process that started it with a channel is gone', async () => {
  const args = [join(import.meta.dirname, 'oai-sim.ts'), '--port', '0', '--size', '10'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  await firstLine(child.stdout);
  child.disconnect();
  expect(await exitCode(child)).toBe(0);
});

test('wrong options end with 2, a folder that is not there with 1, both with a sentence', async () => {
  const wrong = run('--size', 'many');
  expect(await firstLine(wrong.stderr)).toContain('--size must be a number');
  expect(await exitCode(wrong)).toBe(2);
  const absent = run('--replay', join(import.meta.dirname, 'no-such-folder'));
  expect(await firstLine(absent.stderr)).toMatch(/^oai-sim cannot start: ENOENT/);
  expect(await exitCode(absent)).toBe(1);
});
