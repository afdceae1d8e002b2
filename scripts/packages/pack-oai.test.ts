import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { packOai } from './pack-oai.ts';
import { tryOai } from './try-oai.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'thresher-pack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('the published package installs into an empty folder and harvests with the lines of its README', { timeout: 240_000 }, async () => {
  const tarball = await packOai(root, await emptyFolder());
  const folder = await emptyFolder();
  const { code, harvested, listed, stderr } = await tryOai(root, tarball, folder);
  expect(listed.length).toBeGreaterThan(0);
  expect(harvested).toEqual(listed);
  expect(stderr).toBe('');

  // Its types are whole: a strict program against them compiles.
  await writeFile(join(folder, 'harvest.mts'), code);
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
  const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--lib', 'esnext'];
  await run(join(root, 'node_modules/.bin/tsc'), [...strict, ...types, 'harvest.mts'], { cwd: folder });
});
