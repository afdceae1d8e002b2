import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { SearchDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { clientOf } from '../http/client.ts';
import { problemResponse } from '../problems/problem.ts';
import { mustSearch } from './must-search.ts';
import type { OpenWalks } from './open-walks.ts';
import { exportResult } from './result-export.ts';
import { RESULT_FORMATS, type ResultFormatName } from '../shapes/result-formats.ts';
import { OWN, SearchParameters, toCursorSearch } from './search-parameters.ts';
import { searchWarnings, warningHeader } from './search-warnings.ts';

/** Parameters that select a part of the results, or something in addition to them. */
const BESIDE = ['page', 'size', 'cursor', 'sample', 'seed', 'select', 'facets', 'group_by', 'highlight'] as const;
const querystring = Type.Object(
  {
    ...Type.Omit(SearchParameters, BESIDE).properties,
    format: Type.Unsafe<ResultFormatName>({
      type: 'string',
      enum: Object.keys(RESULT_FORMATS),
      default: 'json',
      description: 'json is one page in Zenodo’s shape, jsonl a record in that shape a line, flat the flat record a line',
    }),
  },
  { additionalProperties: true },
);
const content = Object.fromEntries(Object.values(RESULT_FORMATS).map(({ mediaType }) => [mediaType, { schema: { type: 'string' } }]));

/**
 * `GET /api/records/export`: everything that a search finds, without end, in one answer. Where something fails on the
 * way, the connection is cut: an answer that ends well is whole.
 */
export function addResultExportRoute(app: Api, { walks, ...deps }: SearchDeps & { readonly walks: OpenWalks }): void {
  const schema = {
    tags: ['records'],
    summary: 'Everything that a search finds, in one file',
    description:
      'All parameters of a search, and no limit. It is sent while it is read, so that its size does not matter; X-Total-Count says how many records the search finds. If anything fails on the way the connection is cut before the end of the answer (an error for every client of HTTP), so an answer that ends is whole.',
    querystring,
    response: {
      200: { description: 'The records', content },
      '4xx': problemResponse('A parameter or the query is wrong'),
      503: problemResponse('Elasticsearch or PostgreSQL does not answer'),
    },
  };
  app.get('/api/records/export', { schema, serializerCompiler: () => String }, async (request, reply) => {
    const { format: name, ...parameters } = request.query;
    const format = RESULT_FORMATS[name];
    const wanted = toCursorSearch({ ...parameters, cursor: '*' }, []) ?? {};
    const origin = request.origin;
    const search = mustSearch(deps);
    const walk = walks.begin(clientOf(request.ip), Date.now());
    const end = (): void => void walk.end();
    const result = await exportResult({ db: deps.db, search }, wanted, format, origin, request.signal).catch((error: unknown) => {
      end();
      throw error;
    });
    // Its state is closed by `exportResult`; the connection is closed however the export ends.
    reply.raw.once('close', end);
    const warnings = searchWarnings(parameters, OWN);
    if (warnings.length > 0) reply.header('warning', warningHeader(warnings));
    reply.header('x-total-count', result.total);
    reply.header('content-disposition', `attachment; filename="records.${format.extension}"`);
    if (request.method === 'HEAD') {
      await result.content.next();
      await result.content.return();
      return reply.type(`${format.mediaType}; charset=utf-8`).send();
    }
    // Not cacheable: content that is not read to its end has no tag.
    reply.header('cache-control', 'no-store');
    return reply
      .type(`${format.mediaType}; charset=utf-8`)
      .send(Readable.from(result.content, { objectMode: false, highWaterMark: 1 << 16 }));
  });
}
