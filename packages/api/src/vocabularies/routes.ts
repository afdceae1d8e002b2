import { findTerm, listTerms, VOCABULARIES, type Vocabulary } from '@thresher/store';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { lookupOf, PIECE_PARAMETERS, pieceLinks } from '../http/pieces.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { linkHeader } from '../records/page-links.ts';
import { ref } from '../records/zenodo-record.ts';
import { Term, TermPage, toTerm } from './term.ts';

/** Those that Zenodo has at paths of their own. */
const AT_TOP = ['funders', 'awards', 'names', 'affiliations', 'subjects', 'licenses'] as const satisfies readonly Vocabulary[];

const querystring = Type.Object(PIECE_PARAMETERS);
const problems = {
  400: problemResponse('A parameter is wrong'),
  404: problemResponse('There is no such thing'),
  503: problemResponse('PostgreSQL does not answer'),
};

/** `/api/vocabularies/{type}` and `/api/{funders,awards,names,affiliations,subjects,licenses}`: what records name, counted. */
export function addVocabularyRoutes(app: Api, deps: Pick<ApiDeps, 'db'>): void {
  const type = Type.Unsafe<Vocabulary>({ type: 'string', enum: [...VOCABULARIES] });
  const list = { tags: ['vocabularies'], summary: 'Terms of a vocabulary', querystring, response: { 200: ref(TermPage), ...problems } };
  const one = { tags: ['vocabularies'], summary: 'One term', response: { 200: ref(Term), ...problems } };
  app.get('/api/vocabularies/:type', { schema: { ...list, params: Type.Object({ type }) } }, async (request, reply) =>
    sendTerms(deps, request.params.type, '/api/vocabularies/', request, reply),
  );
  app.get('/api/vocabularies/:type/:id', { schema: { ...one, params: Type.Object({ type, id: Type.String() }) } }, async (request) =>
    sendTerm(deps, request.params.type, '/api/vocabularies/', request),
  );
  for (const vocabulary of AT_TOP) {
    app.get(`/api/${vocabulary}`, { schema: { ...list, summary: `The ${vocabulary} that records name` } }, async (request, reply) =>
      sendTerms(deps, vocabulary, '/api/', request, reply),
    );
    app.get(`/api/${vocabulary}/:id`, { schema: { ...one, params: Type.Object({ id: Type.String() }) } }, async (request) =>
      sendTerm(deps, vocabulary, '/api/', request),
    );
  }
}

interface Asked {
  readonly query: Parameters<typeof lookupOf>[0];
  readonly originalUrl: string;
  readonly origin: string;
}

async function sendTerms(
  { db }: Pick<ApiDeps, 'db'>,
  vocabulary: Vocabulary,
  parent: string,
  request: Asked,
  reply: { header(name: string, value: string): unknown },
) {
  const origin = request.origin;
  const { total, items } = await listTerms(db, vocabulary, lookupOf(request.query));
  const links = pieceLinks(requestUrl(request), request.query, total);
  reply.header('link', linkHeader(links));
  return { hits: { hits: items.map((term) => toTerm(vocabulary, term, `${origin}${parent}${vocabulary}`)), total }, links };
}

async function sendTerm(
  { db }: Pick<ApiDeps, 'db'>,
  vocabulary: Vocabulary,
  parent: string,
  request: Pick<Asked, 'origin'> & { readonly params: { readonly id: string } },
) {
  const { id } = request.params;
  const term = id.includes('\u0000') ? null : await findTerm(db, vocabulary, id);
  if (term === null) throw new ApiProblem(404, 'unknown-path', `no record here uses that term of ${vocabulary}`);
  return toTerm(vocabulary, term, `${request.origin}${parent}${vocabulary}`);
}
