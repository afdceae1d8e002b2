import { join } from 'node:path';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import { allowPage } from '../http/headers.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem } from '../problems/problem.ts';
import { readWebPage, type WebPage } from './assets.ts';
import { addPageRedirects } from './page-redirects.ts';
import { addRecordExtrasRoute } from './record-extras.ts';

const DEFAULT_ROOT = join(import.meta.dirname, '..', '..', '..', 'web', 'src');
const PAGES = ['/', '/records/*', '/harvest', '/api/docs'];
const YEAR_SECONDS = 31_536_000;

/** The web page under `/`. The document is checked on each visit; its files never change under their path. */
export function addWebRoutes(app: Api, { webRoot = DEFAULT_ROOT, db }: Pick<ApiDeps, 'webRoot' | 'db'>): void {
  addPageRedirects(app, { db });
  if (webRoot === null) return;
  addRecordExtrasRoute(app, { db });
  void app.register(async (pages) => {
    const page = await readWebPage(webRoot);
    const send = (reply: FastifyReply): FastifyReply => allowPage(reply).type('text/html; charset=utf-8').send(page.html);
    for (const path of PAGES) pages.get(path, HIDDEN, async (_, reply) => send(reply));
    pages.get('/*', HIDDEN, async (request, reply) => {
      const isForPerson = !request.url.startsWith('/api/') && request.headers.accept?.includes('text/html') === true;
      return isForPerson ? send(reply.code(404)) : reply.callNotFound();
    });
    addAssets(pages as unknown as Api, page);
  });
}

const HIDDEN = { schema: { hide: true } };

function addAssets(app: Api, page: WebPage): void {
  const schema = { hide: true, params: Type.Object({ digest: Type.String(), name: Type.String() }) };
  app.get('/assets/:digest/:name', { schema }, async (request, reply) => {
    const { digest, name } = request.params;
    const asset = digest === page.digest ? page.assets.get(name) : undefined;
    if (asset === undefined)
      throw new ApiProblem(404, 'unknown-path', `there is no file ${name} of this version of the page: load the page again`);
    return allowPage(reply).header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`).type(asset.mediaType).send(asset.content);
  });
}
