import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: unknown;
  readonly [field: string]: unknown;
}

/**
 * Builds `@thresher/oai` as JavaScript with types, and packs it as it would be published.
 *
 * @param root the checkout
 * @param folder an empty folder for the build; the tarball is written into it
 * @returns path of the tarball
 * @throws the error of `tsc` or `npm pack`, with their output
 */
export async function packOai(root: string, folder: string): Promise<string> {
  const source = join(root, 'packages/oai');
  const dist = join(folder, 'package/dist');
  await mkdir(dist, { recursive: true });
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', join(source, 'tsconfig.build.json'), '--outDir', dist]);
  await namesOfJavaScript(dist);
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as Manifest;
  await writeFile(join(folder, 'package/package.json'), `${JSON.stringify(published(manifest), null, 2)}\n`);
  await copyFile(join(source, 'README.md'), join(folder, 'package/README.md'));
  await copyFile(join(root, 'LICENSE'), join(folder, 'package/LICENSE'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: join(folder, 'package') });
  return join(folder, (JSON.parse(stdout) as { filename: string }[])[0]!.filename);
}

/** The manifest as published: the workspace itself runs from the TypeScript sources. */
function published({ private: _private, exports: _exports, ...manifest }: Manifest): Manifest {
  return {
    ...manifest,
    engines: { node: '>=22' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist'],
    sideEffects: false,
  };
}

/** TypeScript rewrites `.ts` in the imports of JavaScript, but not in those of declarations. */
async function namesOfJavaScript(dist: string): Promise<void> {
  for (const name of await readdir(dist)) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(dist, name);
    await writeFile(file, (await readFile(file, 'utf8')).replace(/(['"]\.\/[\w-]+)\.ts(['"])/g, '$1.js$2'));
  }
}
