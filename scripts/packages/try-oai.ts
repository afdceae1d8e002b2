import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRepository, startServer } from '@thresher/oai-sim';

const run = promisify(execFile);

/** What the first example of the README printed, and what the repository has. */
export interface OaiTrial {
  readonly code: string;
  readonly harvested: readonly string[];
  readonly listed: readonly string[];
  readonly stderr: string;
}

/**
 * Installs a tarball of `@thresher/oai` into an empty folder, and harvests a set of a simulated repository with the first example of its README.
 *
 * @throws the error of npm or of the example, with their output
 */
export async function tryOai(root: string, tarball: string, folder: string): Promise<OaiTrial> {
  await run('npm', ['init', '--yes'], { cwd: folder });
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  const repository = createRepository({ seed: 5, size: 200, communities: 3 });
  await using server = await startServer({ repository });
  const ledger = [...repository.ledger()];
  const setSpec = ledger.find((record) => record.setSpecs.length > 0)!.setSpecs[0]!;
  const code = await readmeExample(root, server.url, setSpec);
  await writeFile(join(folder, 'harvest.mjs'), code);
  const { stdout, stderr } = await run(process.execPath, ['harvest.mjs'], { cwd: folder });
  return {
    code,
    stderr,
    harvested: stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]!)
      .toSorted(),
    listed: ledger
      .filter((record) => record.setSpecs.includes(setSpec))
      .map((record) => record.identifier)
      .toSorted(),
  };
}

/** The first example of the README, for another repository and set. */
async function readmeExample(root: string, baseURL: string, setSpec: string): Promise<string> {
  const readme = await readFile(join(root, 'packages/oai/README.md'), 'utf8');
  const code = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? '';
  const changed = code.replace('https://zenodo.org/oai2d', baseURL).replace('user-x', setSpec);
  if (!changed.includes(baseURL) || !changed.includes(`'${setSpec}'`))
    throw new Error('the first example of packages/oai/README.md no longer names https://zenodo.org/oai2d and user-x');
  return changed;
}
