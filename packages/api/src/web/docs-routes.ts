import { once } from '@thresher/runtime';
import { Type } from 'typebox';
import { DOCS_FOLDER } from '../docs/read-markdown.ts';
import type { Api } from '../http/instance.ts';
import { docsPage } from '../pages/docs-page.ts';
import { ApiProblem } from '../problems/problem.ts';
import { type DocsLibrary, readDocs } from './docs-library.ts';
import type { SendPage } from './page-context.ts';

/** `/docs` and `/docs/{page}`: the Markdown of the repository's docs folder, with navigation and a search. */
export function addDocsPages(app: Api, { send, folder = DOCS_FOLDER }: { readonly send: SendPage; readonly folder?: string }): void {
  const read = once(() => readDocs(folder));
  const library = async (): Promise<DocsLibrary> => {
    const docs = await read();
    if (docs === null) throw new ApiProblem(404, 'unknown-path', 'this installation has no documentation: its folder docs is missing');
    return docs;
  };
  const querystring = Type.Object({ q: Type.Optional(Type.String({ maxLength: 200 })) });
  app.get('/docs', { schema: { hide: true, querystring } }, async ({ query: { q = '' } }, reply) => {
    const docs = await library();
    return send(
      reply,
      docsPage({ links: [...docs.pages.values()], words: q.trim(), page: null, hits: q.trim() === '' ? [] : docs.search(q) }),
    );
  });
  app.get('/docs/*', { schema: { hide: true, params: Type.Object({ '*': Type.String() }) } }, async (request, reply) => {
    const docs = await library();
    const name = request.params['*'];
    if (name === 'index') return reply.code(302).header('location', '/docs').send();
    const page = docs.pages.get(name) ?? docs.pages.get(name.replace(/index$/, 'README'));
    if (page === undefined) throw new ApiProblem(404, 'unknown-path', `the documentation has no page '${name.slice(0, 100)}': see /docs`);
    return send(reply, docsPage({ links: [...docs.pages.values()], words: '', page, hits: [] }));
  });
}
