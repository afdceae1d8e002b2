import { suggest } from '@thresher/search';
import { Type, type Static } from 'typebox';
import type { SearchDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { problemResponse } from '../problems/problem.ts';
import { recordPath } from '../shapes/links.ts';
import { mustSearch } from './must-search.ts';
import { readRecords } from '../lookup/read-records.ts';

const { Array: List, Object: Shape, Optional, String: Text } = Type;

const SuggestionList = Shape({
  suggestions: List(
    Shape({
      type: Type.Unsafe<'title' | 'person' | 'keyword' | 'community'>({
        type: 'string',
        enum: ['title', 'person', 'keyword', 'community'],
      }),
      text: Text(),
      query: Text({ description: 'What finds it, for q' }),
      self: Optional(Text({ description: 'Of a title: the record' })),
      html: Optional(Text({ description: 'Of a title: the page of the record' })),
    }),
  ),
});
export type SuggestionList = Static<typeof SuggestionList>;

/** `GET /api/suggest`: what somebody may be about to type. */
export function addSuggestRoute(app: Api, deps: SearchDeps): void {
  const schema = {
    tags: ['records'],
    summary: 'Titles, people, keywords and communities that begin as typed',
    querystring: Shape({
      q: Text({ description: 'What was typed so far; where nothing begins so, what is spelt nearly so' }),
      size: Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10, description: 'How many in all; each kind gets its share' })),
    }),
    response: {
      200: SuggestionList,
      400: problemResponse('A parameter is wrong'),
      503: problemResponse('Elasticsearch or PostgreSQL does not answer'),
    },
  };
  app.get('/api/suggest', { schema }, async (request) => {
    const { client, alias } = mustSearch(deps);
    const { q, size = 10 } = request.query;
    const found = await suggest(client, alias, q, { size, signal: request.signal });
    const records = await readRecords(
      deps.db,
      found.flatMap(({ recordId }) => recordId ?? []),
    );
    const paths = new Map(records.map((record) => [record.recordId, recordPath(record)]));
    const origin = request.origin;
    return {
      suggestions: found.map(({ type, text, query, recordId }) => {
        const path = recordId === undefined ? undefined : paths.get(recordId);
        return { type, text, query, ...(path && { self: `${origin}/api/records/${path}`, html: `${origin}/records/${path}` }) };
      }),
    };
  });
}
