import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageFiles } from '../pages/layout.ts';

/** A file of the pages as it is sent. */
export interface Asset {
  readonly mediaType: string;
  readonly content: Buffer;
}

/** What the pages load: their addresses, and the files by name. A name holds a hash of the content, so a file never changes. */
export interface WebFiles {
  readonly paths: PageFiles;
  readonly assets: ReadonlyMap<string, Asset>;
}

/**
 * Makes the files out of a folder: `main.ts` with all that it imports as one script, its style sheets as one (`base.css` first), and
 * `icon.svg`. Takes some tenths of a second.
 */
export async function readWebFiles(folder: string): Promise<WebFiles> {
  const icon = named('icon', 'svg', await readFile(join(folder, 'icon.svg')));
  const [script, style] = await Promise.all([bundle(folder), joinStyles(folder)]);
  const files = {
    script: named('main', 'js', script),
    style: named('style', 'css', style.replaceAll('icon.svg', icon.name)),
    icon,
  };
  return {
    paths: { script: `/assets/${files.script.name}`, style: `/assets/${files.style.name}`, icon: `/assets/${icon.name}` },
    assets: new Map(Object.values(files).map(({ name, asset }) => [name, asset])),
  };
}

const MEDIA_TYPES = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' } as const;

function named(stem: string, extension: keyof typeof MEDIA_TYPES, content: string | Buffer) {
  const name = `${stem}-${hash('sha256', content).slice(0, 16)}.${extension}`;
  return { name, asset: { mediaType: MEDIA_TYPES[extension], content: Buffer.from(content) } };
}

/** The bundler takes 60 MB: only a process that serves pages loads it. */
async function bundle(folder: string): Promise<string> {
  const { rolldown } = await import('rolldown');
  const bundled = await rolldown({ input: join(folder, 'main.ts'), platform: 'browser', logLevel: 'silent' });
  try {
    const { output } = await bundled.generate({ format: 'esm', minify: true, codeSplitting: false });
    return output[0].code;
  } finally {
    await bundled.close();
  }
}

async function joinStyles(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.css'));
  const ordered = names.toSorted((a, b) => Number(b === 'base.css') - Number(a === 'base.css') || a.localeCompare(b));
  return (await Promise.all(ordered.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}
