import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { transformSync } from 'amaro';

/** A file of the web page as it is sent. */
export interface Asset {
  readonly mediaType: string;
  readonly content: Buffer;
}

/** The web page: one document for all paths, and its files under a path that changes with them. */
export interface WebPage {
  readonly html: string;
  /** Sixteen characters that change with any file. */
  readonly digest: string;
  readonly assets: ReadonlyMap<string, Asset>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.ts': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the page from its folder. Its TypeScript is sent as it is with the types blanked out, by the same code as Node
 * itself uses, so it needs no build and what a browser shows as line 12 is line 12. `{{assets}}` in `index.html` becomes
 * the path of the files, and `{{preload}}` the links that let a browser fetch all modules at once.
 */
export async function readWebPage(folder: string): Promise<WebPage> {
  const names = (await readdir(folder)).filter((name) => extname(name) in MEDIA_TYPES && !name.endsWith('.test.ts')).toSorted();
  const assets = new Map(await Promise.all(names.map(async (name) => [name, await readAsset(folder, name)] as const)));
  const digest = hash('sha256', JSON.stringify([...assets].map(([name, { content }]) => [name, hash('sha256', content)]))).slice(0, 16);
  const template = await readFile(join(folder, 'index.html'), 'utf8');
  return { html: fill(template, `/assets/${digest}`, names), digest, assets };
}

async function readAsset(folder: string, name: string): Promise<Asset> {
  const content = await readFile(join(folder, name));
  const extension = extname(name);
  const stripped =
    extension === '.ts' ? Buffer.from(transformSync(content.toString(), { mode: 'strip-only', filename: name }).code) : content;
  return { mediaType: MEDIA_TYPES[extension]!, content: stripped };
}

function fill(template: string, path: string, names: readonly string[]): string {
  const preload = names.filter((name) => name.endsWith('.ts')).map((name) => `<link rel="modulepreload" href="${path}/${name}">`);
  return template.replaceAll('{{assets}}', path).replace('{{preload}}', preload.join('\n'));
}
