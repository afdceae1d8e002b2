import { similarRecords } from '@thresher/search';
import { versionPlaces } from '@thresher/store/read';
import { Type } from 'typebox';
import type { SearchDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { ref } from '../http/schema-ref.ts';
import { LOOKUP_PROBLEMS } from '../lookup/lookup-problems.ts';
import { lookUp } from '../lookup/look-up.ts';
import { readRecords } from '../lookup/read-records.ts';
import { problemResponse } from '../problems/problem.ts';
import { NEEDS_PLACE, type View, VIEWS } from '../shapes/views.ts';
import { RecordPage } from '../shapes/zenodo-record.ts';
import { mustSearch } from './must-search.ts';

const MOST = 20;

/** `GET /api/records/{id}/similar`: records with the same rare words. A separate request, so that a page need not wait for it. */
export function addSimilarRoute(app: Api, deps: SearchDeps): void {
  const schema = {
    tags: ['records'],
    summary: 'Records with similar titles, keywords and descriptions',
    params: Type.Object({ id: Type.String({ description: 'Any name of a record, as for /api/records/{id}' }) }),
    querystring: Type.Object({
      size: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST, default: 5, description: 'Records in the answer' })),
      format: Type.Optional(Type.Unsafe<View>({ type: 'string', enum: Object.keys(VIEWS), description: 'json unless specified' })),
    }),
    response: {
      200: ref(RecordPage),
      ...LOOKUP_PROBLEMS,
      400: problemResponse('A parameter is wrong'),
      503: problemResponse('Elasticsearch or PostgreSQL does not answer'),
    },
  };
  const serializerCompiler = () => (data: unknown) => JSON.stringify(data);
  app.get('/api/records/:id/similar', { schema, serializerCompiler }, async (request) => {
    const { size = 5, format = 'json' } = request.query;
    const { client, alias } = mustSearch(deps);
    const { record } = await lookUp(deps.db, request.params.id, request.origin);
    const { sourceId, oaiIdentifier, conceptDoi } = record;
    const ids = await similarRecords(client, alias, { sourceId, oaiIdentifier, conceptDoi, size, signal: request.signal });
    const found = await readRecords(deps.db, ids);
    const places = NEEDS_PLACE.has(format) ? await versionPlaces(deps.db, ids) : new Map<number, never>();
    const hits = found.map((one) => VIEWS[format](one, request.origin, places.get(one.recordId)));
    return { hits: { hits, total: hits.length }, links: { self: requestUrl(request).href } };
  });
}
