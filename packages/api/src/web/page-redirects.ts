import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { ApiProblem } from '../problems/problem.ts';
import { recordPath } from '../shapes/links.ts';
import { lookUp } from '../lookup/look-up.ts';
import { readVersions } from '../lookup/read-records.ts';
import { doiBadge } from './badge.ts';

const schema = { hide: true };
const params = Type.Object({ id: Type.String() });
const withName = Type.Object({ id: Type.String(), name: Type.String() });

/**
 * Redirects from addresses of Zenodo's pages, as in bookmarks and programs: old and new ones of records, DOIs, latest versions, files,
 * exports, communities, searches.
 */
export function addPageRedirects(app: Api, { db }: Pick<ApiDeps, 'db'>): void {
  app.get('/doi/*', { schema: { ...schema, params: Type.Object({ '*': Type.String() }) } }, async (request, reply) => {
    const { record } = await lookUp(db, request.params['*'], request.origin);
    return lead(reply, `/records/${recordPath(record)}`);
  });
  // Dumps are files of the source: `thresher dumps` lists them, and `/api/records/export` writes those of this copy.
  for (const path of ['/api/exporter', '/api/exporter/*'])
    app.get(path, { schema }, async (request, reply) => lead(reply, `https://zenodo.org${request.url}`));
  app.get('/records/:id/latest', { schema: { ...schema, params } }, async (request, reply) => {
    const { record } = await lookUp(db, request.params.id, request.origin);
    const [latest = record] = record.conceptDoi === null ? [] : await readVersions(db, record.conceptDoi);
    return lead(reply, `/records/${recordPath(latest)}`);
  });
  app.get('/record/:id', { schema: { ...schema, params } }, async (request, reply) =>
    lead(reply, `/records/${encodeURIComponent(request.params.id)}`, 301),
  );
  // Names of files may have slashes in them.
  for (const path of ['/record/:id/files/*', '/records/:id/files/*'])
    app.get(
      path,
      { schema: { ...schema, params: Type.Object({ id: Type.String(), '*': Type.String() }) } },
      async ({ params: of }, reply) =>
        lead(reply, `/api/records/${encodeURIComponent(of.id)}/files/${encodeURIComponent(of['*'])}/content`),
    );
  for (const path of ['/record/:id/export/:name', '/records/:id/export/:name'])
    app.get(path, { schema: { ...schema, params: withName } }, async ({ params: { id, name } }, reply) =>
      lead(reply, `/api/records/${encodeURIComponent(id)}/export/${encodeURIComponent(name)}`),
    );
  for (const path of ['/search', '/records', '/about', '/curation-policy', '/browse', '/members'])
    app.get(`/communities/:id${path}`, { schema: { ...schema, params } }, async (request, reply) =>
      lead(
        reply,
        path === '/search' || path === '/records'
          ? `/?communities=${encodeURIComponent(request.params.id)}`
          : `/communities/${encodeURIComponent(request.params.id)}`,
      ),
    );
  app.get('/badge/DOI/*', { schema: { ...schema, params: Type.Object({ '*': Type.String() }) } }, async (request, reply) => {
    const name = request.params['*'];
    if (!name.endsWith('.svg')) throw new ApiProblem(404, 'unknown-path', 'a badge is at /badge/DOI/{DOI}.svg');
    const { record } = await lookUp(db, name.slice(0, -'.svg'.length), request.origin);
    if (record.doi === null) throw new ApiProblem(404, 'unknown-record', `${record.oaiIdentifier} has no DOI to show`);
    return reply.type('image/svg+xml; charset=utf-8').send(doiBadge(record.doi));
  });
  app.get('/search', { schema }, async (request, reply) => lead(reply, `/${requestUrl(request).search}`));
}

function lead(reply: FastifyReply, location: string, status = 302): FastifyReply {
  return reply.code(status).header('location', location).send();
}
