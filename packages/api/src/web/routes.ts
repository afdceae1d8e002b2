import { join } from 'node:path';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import { allowPage } from '../http/headers.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem } from '../problems/problem.ts';
import { readWebPage } from './assets.ts';

const DEFAULT_ROOT = join(import.meta.dirname, '..', '..', '..', 'web', 'src');
const PAGES = ['/', '/records/*', '/harvest', '/api/docs'];
const YEAR_SECONDS = 31_536_000;

/** The web page under `/`. The document is checked on each visit; its files never change under their path. */
export function addWebRoutes(app: Api, { webRoot = DEFAULT_ROOT }: Pick<ApiDeps, 'webRoot'>): void {
  if (webRoot === null) return;
  void app.register(async (pages) => {
    const page = await readWebPage(webRoot);
    for (const path of PAGES) {
      pages.get(path, { schema: { hide: true } }, async (_, reply) => allowPage(reply).type('text/html; charset=utf-8').send(page.html));
    }
    const schema = { hide: true, params: Type.Object({ digest: Type.String(), name: Type.String() }) };
    (pages as unknown as Api).get('/assets/:digest/:name', { schema }, async (request, reply) => {
      const { digest, name } = request.params;
      const asset = digest === page.digest ? page.assets.get(name) : undefined;
      if (asset === undefined) throw new ApiProblem(404, 'unknown-path', `there is no file ${name} of this version of the page: load the page again`);
      return allowPage(reply).header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`).type(asset.mediaType).send(asset.content);
    });
  });
}
