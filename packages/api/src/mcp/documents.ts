import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { McpServer } from '@modelcontextprotocol/server';

const FOLDER = join(import.meta.dirname, '../../../../docs');

/** A page of the documentation. */
export interface DocsPage {
  /** File name without its ending, such as `search`. */
  readonly name: string;
  /** Its first heading. */
  readonly title: string;
  readonly markdown: string;
}

/** The pages of `docs/`, by name; none where this installation has no such folder. */
export async function readDocs(folder = FOLDER): Promise<readonly DocsPage[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const pages = names.filter((name) => name.endsWith('.md')).toSorted();
  return Promise.all(
    pages.map(async (file) => {
      const markdown = await readFile(join(folder, file), 'utf8');
      const name = file.slice(0, -'.md'.length);
      return { name, title: /^# (.+)$/m.exec(markdown)?.[1] ?? name, markdown };
    }),
  );
}

/** The pages as resources `thresher://docs/NAME`. */
export function addDocs(server: McpServer, pages: readonly DocsPage[]): void {
  for (const { name, title, markdown } of pages)
    server.registerResource(name, `thresher://docs/${name}`, { title, mimeType: 'text/markdown' }, async (uri) => ({
      contents: [{ uri: uri.href, mimeType: 'text/markdown', text: markdown }],
    }));
}
