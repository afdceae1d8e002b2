import { join } from 'node:path';
import { once } from '@thresher/runtime';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { allowPage } from '../http/headers.ts';
import type { Api } from '../http/instance.ts';
import { needsScript, renderPage } from '../pages/layout.ts';
import { problemMain } from '../pages/problem-page.ts';
import { ApiProblem, problemDocument } from '../problems/problem.ts';
import { toProblem } from '../problems/to-problem.ts';
import { addSqlRoute } from '../sql/routes.ts';
import { readWebFiles, type WebFiles } from './assets.ts';
import { addAnalyticsPage } from './analytics-routes.ts';
import { addDocsPages } from './docs-routes.ts';
import type { SendPage, WebDeps } from './page-context.ts';
import { addPageRedirects } from './page-redirects.ts';
import { addProfilePages } from './profile-routes.ts';
import { addRecordPage } from './record-page-route.ts';
import { addSiteRoutes } from './site-routes.ts';

const DEFAULT_ROOT = join(import.meta.dirname, '..', '..', '..', 'web', 'src');
const YEAR_SECONDS = 31_536_000;

/** The pages under `/`. A document is checked on each visit; its files never change under their path. */
export function addWebRoutes(app: Api, deps: WebDeps): void {
  const { webRoot = DEFAULT_ROOT } = deps;
  addPageRedirects(app, deps);
  if (webRoot === null) return;
  void app.register(async (plain) => {
    const pages = plain as unknown as Api;
    const files = once(() => readWebFiles(webRoot));
    const send: SendPage = async (reply, page) =>
      allowPage(reply)
        .type('text/html; charset=utf-8')
        .send(renderPage(page, (await files()).paths));
    addProblemPages(pages, send);
    addScriptPages(pages, send);
    addRecordPage(pages, { ...deps, send });
    addProfilePages(pages, { ...deps, send });
    addAnalyticsPage(pages, { ...deps, send });
    addSqlRoute(pages, deps);
    addDocsPages(pages, { send });
    addSiteRoutes(pages, { ...deps, icon: async () => (await files()).paths.icon });
    addAssets(pages, files);
  });
}

const HIDDEN = { schema: { hide: true } };

/** Pages that the script fills. */
const SCRIPT_PAGES = [
  ['/', '', 'Loading …', 'start'],
  ['/harvest', 'Harvest', 'Reading the ledger …', ''],
  ['/api/docs', 'API', 'Loading …', ''],
] as const;

function addScriptPages(app: Api, send: SendPage): void {
  for (const [path, title, loading, body] of SCRIPT_PAGES)
    app.get(path, HIDDEN, async (_, reply) => send(reply, { title, path, main: needsScript(loading), body }));
}

/** People get a page for what is wrong, programs a problem document. */
function addProblemPages(app: Api, send: SendPage): void {
  app.setErrorHandler(async (error, request, reply) => {
    const problem = toProblem(error);
    if (!wantsPage(request)) throw error;
    if (problem.code === 'internal-error') request.log.error({ err: error }, 'page failed');
    reply.code(problem.status).header('cache-control', 'no-store');
    const name = (request.params as { readonly '*'?: string } | null)?.['*'] ?? null;
    const document = problemDocument(problem, request.id);
    return send(reply, {
      title: document.title,
      path: request.url,
      main: problemMain(document, problem.code === 'unknown-record' ? name : null),
    });
  });
  app.get('/*', HIDDEN, async (request, reply) => {
    if (!wantsPage(request)) return reply.callNotFound();
    throw new ApiProblem(404, 'unknown-path', `there is no page at ${request.url.split('?')[0]}`);
  });
}

function wantsPage({ url, headers }: FastifyRequest): boolean {
  return !url.startsWith('/api/') && headers.accept?.includes('text/html') === true;
}

function addAssets(app: Api, files: () => Promise<WebFiles>): void {
  const schema = { hide: true, params: Type.Object({ name: Type.String() }) };
  app.get('/assets/:name', { schema }, async (request, reply) => {
    const { name } = request.params;
    const asset = (await files()).assets.get(name);
    if (asset === undefined)
      throw new ApiProblem(404, 'unknown-path', `there is no file ${name} of this version of the page: load the page again`);
    return allowPage(reply).header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`).type(asset.mediaType).send(asset.content);
  });
}
