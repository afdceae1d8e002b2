import { type RecordSearch, searchRecords } from '@thresher/search';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { mustFind } from '../communities/routes.ts';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { originOf } from '../http/origin.ts';
import { problemResponse } from '../problems/problem.ts';
import { mustSearch } from './must-search.ts';
import { linkHeader, pageLinks } from './page-links.ts';
import { readRecords } from './read-records.ts';
import { placeOf, SearchParameters, toRecordSearch } from './search-parameters.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';
import { RecordPage, ref } from './zenodo-record.ts';

const response = {
  200: ref(RecordPage),
  '4xx': problemResponse('A parameter or the query is wrong'),
  503: problemResponse('Elasticsearch or PostgreSQL does not answer'),
};

/** `GET /api/records` and `GET /api/communities/{slug}/records`: the index finds, Postgres tells. */
export function addSearchRoute(app: Api, deps: Pick<ApiDeps, 'db' | 'search'>): void {
  const schema = { tags: ['records'], summary: 'Search records', querystring: SearchParameters, response };
  app.get('/api/records', { schema }, async (request, reply) => answerSearch(deps, toRecordSearch(request.query), request, reply));
  const within = {
    ...schema,
    tags: ['communities'],
    summary: 'Search the records of a community',
    description: 'All parameters of /api/records; a community is always only this one.',
    params: Type.Object({ slug: Type.String({ maxLength: 500 }) }),
  };
  app.get('/api/communities/:slug/records', { schema: within }, async (request, reply) => {
    const wanted = toRecordSearch(request.query);
    const { slug } = await mustFind(deps.db, request.params.slug);
    return answerSearch(deps, { ...wanted, filters: { ...wanted.filters, communities: [slug] } }, request, reply);
  });
}

type Asked = Pick<FastifyRequest, 'signal' | 'originalUrl' | 'protocol' | 'host'> & { readonly query: SearchParameters };

async function answerSearch({ db, search }: Pick<ApiDeps, 'db' | 'search'>, wanted: RecordSearch, request: Asked, reply: FastifyReply) {
  const { client, alias } = mustSearch(search);
  const origin = originOf(request);
  const { total, hits } = await searchRecords(client, alias, { ...wanted, select: ['record_id'], signal: request.signal });
  const records = await readRecords(
    db,
    hits.map((hit) => hit.source.record_id),
  );
  const links = pageLinks(new URL(request.originalUrl, origin), { ...placeOf(request.query), total });
  reply.header('link', linkHeader(links));
  return { hits: { hits: records.map((record) => toZenodoRecord(record, origin)), total }, links };
}
