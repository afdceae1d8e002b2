import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { checkFile, type Breach, type Manifest } from './check-file.ts';
import { IMPORT_TABLE } from './rules.ts';

const SOURCES = ['packages/*/{src,bin,migrations,test}/**/*.{ts,tsx}', 'scripts/**/*.ts', 'test/**/*.ts', 'infra/**/*.ts', '*.ts'];

/** The breaches of all sources below `root`, ordered by file and line, and those of the manifests. */
export function checkTree(root: string): Breach[] {
  const rootManifest = readManifest(root);
  const files = globSync(SOURCES, { cwd: root })
    .map((file) => file.split(sep).join('/'))
    .toSorted((a, b) => (a < b ? -1 : 1));
  const ofFiles = files.flatMap((file) => {
    const owner = /^packages\/[^/]+/.exec(file)?.[0];
    const own = owner === undefined ? rootManifest : readManifest(join(root, owner));
    return checkFile(file, readFileSync(join(root, file), 'utf8'), { root: rootManifest, own });
  });
  return [...ofFiles, ...unknownPackages(root)];
}

function unknownPackages(root: string): Breach[] {
  const manifests = globSync('packages/*/package.json', { cwd: root }).map((file) => file.split(sep).join('/'));
  return manifests
    .filter((file) => IMPORT_TABLE[file.split('/')[1] ?? ''] === undefined)
    .map((file) => ({ file, line: 1, rule: 'the package is not in the import table' }));
}

function readManifest(folder: string): Manifest {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : {};
}
