import type { McpServer } from '@modelcontextprotocol/server';
import { DOCS_FOLDER, type MarkdownPage, readMarkdown } from '../docs/read-markdown.ts';

/** The pages of the documentation that are resources: the studies are not. None if this installation has no documentation. */
export async function readDocs(): Promise<readonly MarkdownPage[]> {
  return ((await readMarkdown(DOCS_FOLDER)) ?? []).filter(({ name }) => !name.includes('/'));
}

/** The pages as resources `thresher://docs/NAME`, each with its first heading as title. */
export function addDocs(server: McpServer, pages: readonly MarkdownPage[]): void {
  for (const { name, markdown } of pages) {
    const title = /^# (.+)$/m.exec(markdown)?.[1] ?? name;
    server.registerResource(name, `thresher://docs/${name}`, { title, mimeType: 'text/markdown' }, async (uri) => ({
      contents: [{ uri: uri.href, mimeType: 'text/markdown', text: markdown }],
    }));
  }
}
