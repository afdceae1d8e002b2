import { searchRecords } from '@thresher/search';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { originOf } from '../http/origin.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { linkHeader, pageLinks } from './page-links.ts';
import { readRecords } from './read-records.ts';
import { placeOf, SearchParameters, toRecordSearch } from './search-parameters.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';
import { RecordPage, ref } from './zenodo-record.ts';

/** `GET /api/records`: the index finds, Postgres tells. */
export function addSearchRoute(app: Api, { db, search }: Pick<ApiDeps, 'db' | 'search'>): void {
  const schema = {
    tags: ['records'],
    summary: 'Search records',
    querystring: SearchParameters,
    response: {
      200: ref(RecordPage),
      '4xx': problemResponse('A parameter or the query is wrong'),
      503: problemResponse('Elasticsearch or PostgreSQL does not answer'),
    },
  };
  app.get('/api/records', { schema }, async (request, reply) => {
    if (search === null)
      throw new ApiProblem(
        503,
        'search-unavailable',
        'search needs Elasticsearch: set ELASTICSEARCH_URL, or let npm run services start one',
      );
    const origin = originOf(request);
    const wanted = { ...toRecordSearch(request.query), select: ['record_id'], signal: request.signal };
    const { total, hits } = await searchRecords(search.client, search.alias, wanted);
    const records = await readRecords(
      db,
      hits.map((hit) => hit.source.record_id),
    );
    const links = pageLinks(new URL(request.originalUrl, origin), { ...placeOf(request.query), total });
    reply.header('link', linkHeader(links));
    return { hits: { hits: records.map((record) => toZenodoRecord(record, origin)), total }, links };
  });
}
