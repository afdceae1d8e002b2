import { findTerm, listTerms, VOCABULARIES, type Vocabulary } from '@thresher/store/read';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { lookupOf, TERM_PAGING_PARAMETERS, termPageLinks } from './term-paging.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { linkHeader } from '../http/page-links.ts';
import { ref } from '../http/schema-ref.ts';
import { FIXED_VOCABULARIES, type FixedTerm, isFixed, KNOWN, lookThrough } from '../terms/fixed-terms.ts';
import { namesOfTerm } from './term-names.ts';
import { withoutFields } from './without-fields.ts';
import { Term, TermPage, toFixedTerm, toTerm } from './term.ts';

/** Those that Zenodo has at their own paths. */
const AT_TOP = ['funders', 'awards', 'names', 'affiliations', 'subjects', 'licenses'] as const satisfies readonly Vocabulary[];

const querystring = Type.Object({
  ...TERM_PAGING_PARAMETERS,
  tags: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'Of licences: all, data or software; of languages: individual, living …; of types: depositable',
    }),
  ),
  funders: Type.Optional(
    Type.Array(Type.String({ maxLength: 500 }), {
      maxItems: 100,
      description: 'Of awards: only those of one of these funders, by ROR or Crossref Funder ID',
    }),
  ),
});
const problems = {
  400: problemResponse('A parameter is wrong'),
  404: problemResponse('There is no such thing'),
  503: problemResponse('PostgreSQL does not answer'),
};

/** `/api/vocabularies/{type}` and `/api/{funders,awards,names,affiliations,subjects,licenses}`: what records name, counted. */
export function addVocabularyRoutes(app: Api, deps: Pick<ApiDeps, 'db'>): void {
  const type = Type.String({ description: [...VOCABULARIES, ...Object.keys(FIXED_VOCABULARIES)].join(', ') });
  const list = { tags: ['vocabularies'], summary: 'Terms of a vocabulary', querystring, response: { 200: ref(TermPage), ...problems } };
  const one = { tags: ['vocabularies'], summary: 'One term', response: { 200: ref(Term), ...problems } };
  app.get('/api/vocabularies/:type', { schema: { ...list, params: Type.Object({ type }) } }, async (request, reply) =>
    sendTerms(deps, request.params.type, '/api/vocabularies/', request, reply),
  );
  app.get('/api/vocabularies/:type/:id', { schema: { ...one, params: Type.Object({ type, id: Type.String() }) } }, async (request) =>
    sendTerm(deps, request.params.type, '/api/vocabularies/', request),
  );
  // What awards were called before InvenioRDM.
  app.get('/api/grants', { schema: { ...list, hide: true } }, async (request, reply) => sendTerms(deps, 'awards', '/api/', request, reply));
  app.get('/api/grants/:id', { schema: { ...one, hide: true, params: Type.Object({ id: Type.String() }) } }, async (request) =>
    sendTerm(deps, 'awards', '/api/', request),
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

interface TermsRequest {
  readonly query: Parameters<typeof lookupOf>[0];
  readonly originalUrl: string;
  readonly origin: string;
}

interface TaggedRequest {
  readonly query: { readonly tags?: string; readonly funders?: readonly string[] };
}

async function sendTerms(
  { db }: Pick<ApiDeps, 'db'>,
  vocabulary: string,
  parent: string,
  request: TermsRequest & TaggedRequest,
  reply: { header(name: string, value: string): unknown },
) {
  const path = `${request.origin}${parent}${vocabulary}`;
  const { total, hits } = await findTerms(db, mustBeVocabulary(vocabulary), request.query, path);
  const links = termPageLinks(requestUrl(request), request.query, total);
  reply.header('link', linkHeader(links));
  return { hits: { hits, total }, links };
}

/** Terms that records here use come first, then the others of a list that is known as a whole. */
async function findTerms(
  db: ApiDeps['db'],
  vocabulary: KnownVocabulary,
  query: TermsRequest['query'] & TaggedRequest['query'],
  path: string,
): Promise<{ total: number; hits: Term[] }> {
  const { words, limit, offset } = lookupOf({ ...query, ...(query.q !== undefined && { q: withoutFields(query.q) }) });
  const names = namesOfTerm(vocabulary, words.trim().replace(/^"(.*)"$/s, '$1'));
  const page = (terms: readonly Term[]) => ({ total: terms.length, hits: terms.slice(offset, offset + limit) });
  if (isFixed(vocabulary))
    return page(lookThrough(FIXED_VOCABULARIES[vocabulary], words).map((term) => toFixedTerm(vocabulary, term, path)));
  const known = KNOWN[vocabulary];
  if (known === undefined) {
    const funders = (query.funders ?? []).filter((one) => one !== '').flatMap((one) => namesOfTerm('funders', one));
    const lookup = { words, limit, offset, names, ...(vocabulary === 'awards' && { funders }) };
    const { total, items } = await listTerms(db, vocabulary, lookup);
    return { total, hits: items.map((term) => toTerm(vocabulary, term, path)) };
  }
  const { tags: tag } = query;
  if (tag !== undefined) mustBeTag(vocabulary, known, tag);
  const { items } = await listTerms(db, vocabulary, { words, limit: MOST_USED, offset: 0, names });
  const used = new Set(items.map((term) => term.id));
  const rest = lookThrough(known, words).filter((term) => !used.has(term.id));
  const all = [...items.map((term) => toTerm(vocabulary, term, path)), ...rest.map((term) => toFixedTerm(vocabulary, term, path))];
  return page(tag === undefined ? all : all.filter((term) => term.tags.includes(tag)));
}

function mustBeTag(vocabulary: string, known: readonly FixedTerm[], tag: string): void {
  const tags = new Set(known.flatMap((term) => term.tags ?? []));
  if (!tags.has(tag))
    throw new ApiProblem(400, 'wrong-parameter', `no ${vocabulary} are tagged '${tag}' here: use ${[...tags].join(', ')}`, {
      parameter: 'tags',
    });
}

/** Licences, languages and types that records use, in one answer of PostgreSQL. */
const MOST_USED = 10_000;

type KnownVocabulary = Vocabulary | keyof typeof FIXED_VOCABULARIES;

function mustBeVocabulary(name: string): KnownVocabulary {
  if (isFixed(name) || (VOCABULARIES as readonly string[]).includes(name)) return name as KnownVocabulary;
  const names = [...VOCABULARIES, ...Object.keys(FIXED_VOCABULARIES)].join(', ');
  throw new ApiProblem(404, 'unknown-path', `there is no vocabulary '${name.slice(0, 100)}': there are ${names}`);
}

async function sendTerm(
  { db }: Pick<ApiDeps, 'db'>,
  name: string,
  parent: string,
  request: Pick<TermsRequest, 'origin'> & { readonly params: { readonly id: string } },
) {
  const { id } = request.params;
  const vocabulary = mustBeVocabulary(name);
  const path = `${request.origin}${parent}${vocabulary}`;
  if (!id.includes('\u0000') && !isFixed(vocabulary))
    for (const one of namesOfTerm(vocabulary, id)) {
      const term = await findTerm(db, vocabulary, one);
      if (term !== null) return toTerm(vocabulary, term, path);
    }
  const known = (isFixed(vocabulary) ? FIXED_VOCABULARIES[vocabulary] : (KNOWN[vocabulary] ?? [])).find(
    (one) => one.id === id.toLowerCase(),
  );
  if (known === undefined) throw new ApiProblem(404, 'unknown-path', `no record here uses that term of ${vocabulary}`);
  return toFixedTerm(vocabulary, known, path);
}
