import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { installMissing } from './apt.ts';

/** The lines of apt 2.6.1 while an update and an installation run elsewhere. */
const listsLocked = 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7659 (apt-get)';
const dpkgLocked = 'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?';

/** Runs with an `apt-get` that fails with these lines, one a call, and then succeeds; what it was asked and what was logged. */
async function installWith(failures: readonly string[]): Promise<{ calls: string[]; logged: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'apt-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'failures'), failures.map((line) => `${line}\n`).join(''));
  const script = `#!/bin/sh
    echo "$2 $3" >> ${folder}/calls
    n=$(/usr/bin/wc -l < ${folder}/calls)
    line=$(/bin/sed -n "$n"p ${folder}/failures)
    [ -z "$line" ] || { echo "$line"; exit 100; }`;
  writeFileSync(join(folder, 'apt-get'), script, { mode: 0o755 });
  const logged: string[] = [];
  const signal = new AbortController().signal;
  const deps = { home: folder, env: { PATH: folder }, log: (line: string) => logged.push(line), signal, lockPause: 1 };
  await installMissing(deps, { redis: false, java: false, maven: true });
  return { calls: readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n'), logged };
}

/** Only root can install. */
const isRoot = process.getuid?.() === 0;

it.runIf(isRoot)('waits while another program holds a lock of apt, as a new machine that updates itself', async () => {
  const { calls, logged } = await installWith([listsLocked, listsLocked, '', dpkgLocked]);
  expect(calls.map((call) => call.trim())).toEqual([
    'update',
    'update',
    'update',
    '-y --no-install-recommends',
    '-y --no-install-recommends',
  ]);
  expect(logged).toEqual([
    'installing maven with apt',
    'another program is using apt; waiting until it has finished',
    'another program is using apt; waiting until it has finished',
  ]);
});

it.runIf(isRoot)('gives up at once when apt fails for another reason', async () => {
  const { calls, logged } = await installWith(['E: Temporary failure resolving the mirror']);
  expect(calls).toHaveLength(1);
  expect(logged.at(-1)).toMatch(/^apt could not install maven, see .*apt\.log$/);
});
