import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { checkFile, type Breach, type Manifest } from './check-file.ts';
import { findCircles } from './find-circles.ts';
import { importsIn } from './read-source.ts';
import { IMPORT_TABLE } from './rules.ts';

const SOURCES = ['packages/*/{src,bin,migrations,test}/**/*.{ts,tsx}', 'scripts/**/*.ts', 'test/**/*.ts', 'infra/**/*.ts', '*.ts'];

/** The breaches of all sources below `root`, ordered by file and line; then the circles, and the breaches of the manifests. */
export function checkTree(root: string): Breach[] {
  const rootManifest = readManifest(root);
  const files = globSync(SOURCES, { cwd: root })
    .map((file) => file.split(sep).join('/'))
    .toSorted((a, b) => (a < b ? -1 : 1));
  const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const ofFiles = [...sources].flatMap(([file, source]) => {
    const owner = /^packages\/[^/]+/.exec(file)?.[0];
    const own = owner === undefined ? rootManifest : readManifest(join(root, owner));
    return checkFile(file, source, { root: rootManifest, own });
  });
  return [...ofFiles, ...circles(sources), ...unknownPackages(root)];
}

/** One breach per circle, at the import of its first file that leads into it. Packages form no circle: the import table has none. */
function circles(sources: ReadonlyMap<string, string>): Breach[] {
  const imports = new Map(
    [...sources].map(([file, source]) => [
      file,
      importsIn(source)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier, line }) => ({ target: posix.join(posix.dirname(file), specifier), line })),
    ]),
  );
  const graph = new Map([...imports].map(([file, list]) => [file, list.map(({ target }) => target)]));
  return findCircles(graph).map((circle) => {
    const file = circle[0]!;
    const { line } = imports.get(file)!.find(({ target }) => circle.includes(target))!;
    return { file, line, rule: `these files import each other in a circle: ${circle.join(', ')}` };
  });
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
