import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A page of the documentation as it was written. */
export interface MarkdownPage {
  /** Its file without `.md`: `harvesting`, `studies/01-growth-of-a-community`. */
  readonly name: string;
  readonly markdown: string;
}

/** The documentation of this repository. */
export const DOCS_FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'docs');

/** Reads the Markdown in a folder and in its folder `studies`. Null if there is no such folder. */
export async function readMarkdown(folder: string): Promise<MarkdownPage[] | null> {
  const names = await namesIn(folder).catch(() => null);
  return names && Promise.all(names.map(async (name) => ({ name, markdown: await readFile(join(folder, `${name}.md`), 'utf8') })));
}

async function namesIn(folder: string): Promise<string[]> {
  const files = [...(await readdir(folder)), ...(await readdir(join(folder, 'studies')).catch(() => [])).map((name) => `studies/${name}`)];
  return files
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .toSorted();
}
