import {
  groupNotes,
  QueryError,
  readGrouping,
  type RecordHit,
  type RecordQuery,
  searchByCursor,
  searchRecords,
  suggestSpelling,
} from '@thresher/search';
import { versionPlaces } from '@thresher/store/read';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Citer } from '../citations/cite.ts';
import { mustBeCommunity, withSlugs } from '../communities/slugs.ts';
import type { SearchDeps } from '../deps.ts';
import { clientOf } from '../http/client.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { problemResponse } from '../problems/problem.ts';
import { groupsCsv } from './groups-csv.ts';
import { mustSearch } from './must-search.ts';
import { cursorLinks, linkHeader, pageLinks } from '../http/page-links.ts';
import type { OpenWalks } from './open-walks.ts';
import { readRecords } from '../lookup/read-records.ts';
import { type SearchHit, SearchPage } from './search-page.ts';
import { isGrouped, namedFacets, OWN, placeOf, SearchParameters, toCursorSearch, toRecordSearch } from './search-parameters.ts';
import { type SearchWarning, searchWarnings, warningHeader } from './search-warnings.ts';
import { selectMembers } from './select-members.ts';
import { checkListSize, listBody, renderRecords } from '../shapes/render-list.ts';
import { isView, NEEDS_PLACE, VIEWS } from '../shapes/views.ts';
import { type ListFormat, wantedCitation, wantedList } from '../shapes/wanted-format.ts';
import { ref } from '../http/schema-ref.ts';

type Deps = SearchDeps & { readonly walks: OpenWalks; readonly cite: Citer };

const response = {
  200: ref(SearchPage),
  '4xx': problemResponse('A parameter or the query is wrong'),
  503: problemResponse('Elasticsearch or PostgreSQL does not answer'),
};
/** The answer already has the shape of the schema, of which `select` may leave out any part. */
const serializerCompiler = () => (data: unknown) => JSON.stringify(data);

/** `GET /api/records` and `/api/communities/{slug}/records`: Elasticsearch finds, PostgreSQL provides the records. */
export function addSearchRoute(app: Api, deps: Deps): void {
  const all = { tags: ['records'], summary: 'Search records', querystring: SearchParameters, response };
  app.get('/api/records', { schema: all, serializerCompiler }, (request, reply) =>
    inFormat(request, reply, () => answer(deps, request, reply)),
  );
  const params = Type.Object({ slug: Type.String({ description: 'Slug of the community', maxLength: 500 }) });
  const within = { tags: ['communities'], summary: 'Search the records of a community', params, querystring: SearchParameters, response };
  app.get('/api/communities/:slug/records', { schema: within, serializerCompiler }, async (request, reply) => {
    const slug = await mustBeCommunity(deps.db, request.params.slug);
    return inFormat(request, reply, () => answer(deps, request, reply, { communities: [slug] }));
  });
}

interface SearchRequest {
  readonly query: SearchParameters;
  readonly originalUrl: string;
  readonly headers: { readonly accept?: string | undefined };
  readonly signal: AbortSignal;
  readonly origin: string;
  readonly ip: string;
}

/** The page as JSON, or its records in the format that `Accept` asks for. A format that there is not is refused before the search. */
async function inFormat(request: SearchRequest, reply: FastifyReply, find: () => Promise<SearchPage>): Promise<SearchPage> {
  const format = formatOf(request);
  checkListSize(format, placeOf(request.query).size);
  const page = await find();
  if (isTable(request))
    return reply.type('text/csv; charset=utf-8').send(groupsCsv(page.group_by!, readGrouping(request.query.group_by!))) as never;
  if (isView(format)) return page;
  const texts = (page.hits.hits as readonly object[] as readonly RenderedHit[]).map((hit) => hit.text);
  const { type, body } = listBody(format, texts);
  return reply.type(type).send(body) as never;
}

const formatOf = ({ query, headers }: SearchRequest): ListFormat => wantedList(query.format, headers.accept);

/** Whether the reply is the table of `group_by`, not records. */
const isTable = (request: SearchRequest): boolean =>
  isGrouped(request.query) && request.query.cursor === undefined && formatOf(request) === 'csv';

/** A record in a format that is no JSON of this API. */
interface RenderedHit {
  readonly text: string;
}

/** `fixed` are filters that the path sets. */
async function answer(deps: Deps, given: SearchRequest, reply: FastifyReply, fixed?: RecordQuery['filters']): Promise<SearchPage> {
  const { originalUrl, headers, signal, origin, ip } = given;
  const onlyGroups = isTable(given) ? { size: 0, page: 1, facets: '' } : {};
  const query = { ...(await withSlugs(deps.db, given.query)), ...onlyGroups };
  const request: SearchRequest = { originalUrl, headers, signal, origin, ip, query };
  const page =
    request.query.cursor === undefined ? await onePage(deps, request, fixed) : await nextPage(deps, request, request.query.cursor, fixed);
  const warnings = [...searchWarnings(request.query, OWN), ...cutGroups(request.query, page)];
  reply.header('link', linkHeader(page.links)).header('vary', 'accept-encoding, accept');
  if (warnings.length === 0) return page;
  reply.header('warning', warningHeader(warnings));
  return { ...page, warnings };
}

function cutGroups({ group_by: names }: SearchParameters, { group_by: counts }: SearchPage): SearchWarning[] {
  if (names === undefined || counts === undefined) return [];
  return groupNotes(counts, readGrouping(names)).map((detail) => ({ parameter: 'group_by', detail }));
}

async function onePage(deps: Deps, request: SearchRequest, fixed?: RecordQuery['filters']): Promise<SearchPage> {
  const { client, alias } = mustSearch(deps);
  const { query, signal } = request;
  const url = requestUrl(request);
  if (query.sample !== undefined && query.seed === undefined) {
    query.seed = Math.floor(Math.random() * 2 ** 31);
    url.searchParams.set('seed', String(query.seed));
  }
  const wanted = { ...toRecordSearch(query, fixed), select: ['record_id'], signal };
  const found = await searchRecords(client, alias, wanted);
  const { total, facets, groups, near } = found;
  const better = total > FEW && !near ? null : await suggestSpelling(client, alias, wanted, near ? 0 : total, signal);
  const hits = await hitsOf(deps, request, found.hits, wanted.highlight === true);
  return {
    // The index may still contain records that were just deleted; they are neither shown nor counted.
    hits: { hits, total: Math.max(0, total - (found.hits.length - hits.length)) },
    ...(wanted.facets?.length && { aggregations: namedFacets(facets, query.facets) as SearchPage['aggregations'] & {} }),
    ...(groups && { group_by: groups as SearchPage['group_by'] & {} }),
    ...((near || better !== null) && { spelling: { near, ...(better && { did_you_mean: better }) } }),
    links: pageLinks(url, { ...placeOf(query), total }),
  };
}

/** With at most this many hits, the query may be misspelled. */
const FEW = 3;

async function nextPage(deps: Deps, request: SearchRequest, cursor: string, fixed?: RecordQuery['filters']): Promise<SearchPage> {
  const { client, alias } = mustSearch(deps);
  const search = toCursorSearch(request.query, requestUrl(request).searchParams.keys(), fixed);
  const walk = cursor === '*' ? deps.walks.begin(clientOf(request.ip), Date.now()) : deps.walks.resume(cursor, Date.now());
  try {
    const found = await searchByCursor(client, alias, cursor, search && { ...search, signal: request.signal });
    walk?.pause(found.next);
    const hits = await hitsOf(deps, request, found.hits, found.isHighlighted);
    // A client that left during the first page has no cursor.
    if (cursor === '*' && request.signal.aborted) await walk?.end();
    return { hits: { hits, total: found.total }, next_cursor: found.next, links: cursorLinks(requestUrl(request), found.next) };
  } catch (error) {
    if (cursor === '*') await walk?.end();
    // The same cursor may be sent again.
    else walk?.pause(error instanceof QueryError && error.code === 'expired-cursor' ? null : cursor);
    throw error;
  }
}

/** As they are stored now, in the shape that is asked for; those that were deleted meanwhile are left out. */
async function hitsOf(
  { db, cite }: Pick<Deps, 'db' | 'cite'>,
  request: SearchRequest,
  found: FoundHits,
  isHighlighted: boolean,
): Promise<SearchHit[]> {
  const { select } = request.query;
  const format = formatOf(request);
  const highlights = new Map(found.map((hit) => [hit.source.record_id, hit.highlights]));
  const ids = [...highlights.keys()];
  const records = await readRecords(db, ids);
  if (!isView(format)) {
    const style = wantedCitation(request.query, request.headers.accept);
    const texts = await renderRecords(records, format, { origin: request.origin, cite: (metadata) => cite(metadata, style) });
    return texts.map((text) => ({ text })) as readonly object[] as SearchHit[];
  }
  const places = NEEDS_PLACE.has(format) ? await versionPlaces(db, ids) : new Map<number, never>();
  const paths =
    select
      ?.split(',')
      .map((path) => path.trim())
      .filter((path) => path !== '') ?? [];
  const origin = request.origin;
  return records.map((record) => {
    const whole = VIEWS[format](record, origin, places.get(record.recordId));
    const hit = paths.length === 0 ? whole : selectMembers(whole, paths);
    return isHighlighted ? { ...hit, highlights: highlights.get(record.recordId) ?? {} } : hit;
  });
}

type FoundHits = readonly Pick<RecordHit, 'source' | 'highlights'>[];
