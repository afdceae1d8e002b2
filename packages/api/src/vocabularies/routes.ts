import { findTerm, listTerms, type Term as StoredTerm, VOCABULARIES, type Vocabulary } from '@thresher/store/read';
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
import { orderOf, sortTerms, sortWarnings, TERM_SORTS, type TermSort } from './term-order.ts';
import { fieldWarnings, schemesOf, schemesWithin, tagWithin, withoutFields, withoutTags } from './without-fields.ts';
import { Term, TermPage, toFixedTerm, toTerm } from './term.ts';

/** Those that Zenodo has at their own paths. */
const AT_TOP = ['funders', 'awards', 'names', 'affiliations', 'subjects', 'licenses'] as const satisfies readonly Vocabulary[];

const querystring = Type.Object({
  ...TERM_PAGING_PARAMETERS,
  tags: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'Of licences: recommended, data, software or all; of languages: individual, living …; of types: depositable',
    }),
  ),
  sort: Type.Optional(
    Type.Unsafe<TermSort>({
      type: 'string',
      enum: [...TERM_SORTS, ''],
      description: 'bestmatch, which is the default: the most used first; title, name or subject: by title',
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

interface ChosenTerms {
  readonly query: { readonly tags?: string; readonly funders?: readonly string[]; readonly sort?: TermSort };
}

async function sendTerms(
  { db }: Pick<ApiDeps, 'db'>,
  vocabulary: string,
  parent: string,
  request: TermsRequest & ChosenTerms,
  reply: { header(name: string, value: string): unknown },
) {
  const path = `${request.origin}${parent}${vocabulary}`;
  const { total, hits } = await findTerms(db, mustBeVocabulary(vocabulary), request.query, path);
  const links = termPageLinks(requestUrl(request), request.query, total);
  reply.header('link', linkHeader(links));
  const warnings = [...fieldWarnings(vocabulary, request.query.q ?? ''), ...sortWarnings(sortOf(request.query))];
  return { hits: { hits, total }, ...(warnings.length > 0 && { warnings }), links };
}

const sortOf = ({ sort }: ChosenTerms['query']): TermSort => sort || 'bestmatch';

interface FoundTerms {
  readonly total: number;
  readonly hits: readonly Term[];
}

async function findTerms(
  db: ApiDeps['db'],
  vocabulary: KnownVocabulary,
  { q = '', funders = [], tags = tagWithin(q) ?? '', ...query }: TermsRequest['query'] & ChosenTerms['query'],
  path: string,
): Promise<FoundTerms> {
  const { words, limit, offset, schemes } = wordsOf(vocabulary, { ...query, q });
  const names = namesOfTerm(vocabulary, words.trim().replace(/^"(.*)"$/s, '$1'));
  const order = orderOf(sortOf(query));
  if (isFixed(vocabulary) || KNOWN[vocabulary] !== undefined) {
    const known = isFixed(vocabulary) ? FIXED_VOCABULARIES[vocabulary] : KNOWN[vocabulary]!;
    if (tags !== '') mustBeTag(vocabulary, known, tags);
    const matching = lookThrough(known, words);
    const used = isFixed(vocabulary) ? [] : await usedTerms(db, vocabulary, { words, names, matching });
    const all = mergeTerms(vocabulary, used, matching, path);
    const terms = sortTerms(tags === '' ? all : all.filter((term) => term.tags.includes(tags)), order);
    return { total: terms.length, hits: terms.slice(offset, offset + limit) };
  }
  const ofFunders = funders.filter((one) => one !== '').flatMap((one) => namesOfTerm('funders', one));
  const lookup = { words, limit, offset, names, order, schemes, ...(vocabulary === 'awards' && { funders: ofFunders }) };
  const { total, items } = await listTerms(db, vocabulary, lookup);
  return { total, hits: items.map((term) => toTerm(vocabulary, term, path)) };
}

interface UsedTerms {
  readonly words: string;
  readonly names: readonly string[];
  /** Terms of the list that have the words. */
  readonly matching: readonly FixedTerm[];
}

/** Terms that records use and that have the words in their name here, or in that of the list, which most records spell otherwise. */
async function usedTerms(db: ApiDeps['db'], vocabulary: Vocabulary, { words, names, matching }: UsedTerms): Promise<StoredTerm[]> {
  const own = (await listTerms(db, vocabulary, { words, limit: MOST_USED, offset: 0, names })).items;
  if (words.trim() === '') return [...own];
  const { items } = await listTerms(db, vocabulary, { words: '', limit: MOST_USED, offset: 0 });
  const [found, listed] = [new Set(own.map(({ id }) => id)), new Set(matching.map(({ id }) => id))];
  return [...own, ...items.filter(({ id }) => listed.has(id) && !found.has(id))];
}

/** What is looked for; subjects may be asked for by scheme. */
function wordsOf(vocabulary: KnownVocabulary, query: TermsRequest['query'] & { readonly q: string }) {
  const q = withoutTags(query.q);
  if (vocabulary !== 'subjects') return { ...lookupOf({ ...query, q: withoutFields(q) }), schemes: [] };
  const [asked, suggested] = [schemesWithin(q), schemesOf(query.suggest ?? '')];
  const lookup = lookupOf({ ...query, q: withoutFields(asked.rest), ...(query.suggest !== undefined && { suggest: suggested.rest }) });
  return { ...lookup, schemes: [...asked.schemes, ...suggested.schemes] };
}

/** Terms that records here use come first, then the others of a list that is known as a whole. */
function mergeTerms(vocabulary: KnownVocabulary, used: readonly StoredTerm[], known: readonly FixedTerm[], path: string): Term[] {
  const ids = new Set(used.map((term) => term.id));
  const rest = known.filter((term) => !ids.has(term.id)).map((term) => toFixedTerm(vocabulary, term, path));
  return [...used.map((term) => toTerm(vocabulary as Vocabulary, term, path)), ...rest];
}

function mustBeTag(vocabulary: string, known: readonly FixedTerm[], tag: string): void {
  const tags = new Set(known.flatMap((term) => term.tags ?? []));
  if (tags.has(tag)) return;
  const hint = tags.size === 0 ? 'leave tags out, as they have none' : `use ${[...tags].join(', ')}`;
  throw new ApiProblem(400, 'wrong-parameter', `no ${vocabulary} are tagged '${tag}' here: ${hint}`, { parameter: 'tags' });
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
