import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRepository, startServer } from '@thresher/oai-sim';
import { expect, onTestFinished, test } from 'vitest';
import { packOai } from './pack-oai.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'thresher-pack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The first example of the README, for another repository and set. */
async function readmeExample(baseURL: string, setSpec: string): Promise<string> {
  const readme = await readFile(join(root, 'packages/oai/README.md'), 'utf8');
  const code = /```ts\n([^]*?)```/.exec(readme)![1]!;
  const changed = code.replace('https://zenodo.org/oai2d', baseURL).replace('user-x', setSpec);
  expect(changed).toContain(baseURL);
  expect(changed).toContain(`'${setSpec}'`);
  return changed;
}

test('the published package installs into an empty folder and harvests with the lines of its README', { timeout: 240_000 }, async () => {
  const tarball = await packOai(root, await emptyFolder());
  const folder = await emptyFolder();
  await run('npm', ['init', '--yes'], { cwd: folder });
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  const repository = createRepository({ seed: 5, size: 200, communities: 3 });
  await using server = await startServer({ repository });
  const ledger = [...repository.ledger()];
  const setSpec = ledger.find((record) => record.setSpecs.length > 0)!.setSpecs[0]!;
  const code = await readmeExample(server.url, setSpec);

  await writeFile(join(folder, 'harvest.mjs'), code);
  const { stdout, stderr } = await run(process.execPath, ['harvest.mjs'], { cwd: folder });
  const harvested: string[] = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]!);
  const listed = ledger.filter((record) => record.setSpecs.includes(setSpec));
  expect(harvested.toSorted()).toEqual(listed.map((record) => record.identifier).toSorted());
  expect(stderr).toBe('');

  // Its types are whole: a strict program against them compiles.
  await writeFile(join(folder, 'harvest.mts'), code);
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
  const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--lib', 'esnext'];
  await run(join(root, 'node_modules/.bin/tsc'), [...strict, ...types, 'harvest.mts'], { cwd: folder });
});
