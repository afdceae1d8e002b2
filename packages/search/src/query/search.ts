import type { errors, estypes } from '@elastic/elasticsearch';
import { isClientError, ofAllShards, translateErrors, type SearchClient } from '../client.ts';
import type { SearchDocument } from '../document.ts';
import { QueryError, SearchTooSlowError } from '../errors.ts';
import { countingRequest, readCounting } from './counting.ts';
import type { FacetName } from './facet-table.ts';
import { type FacetCounts, facetOfFilter, listedValues, readFacet } from './facets.ts';
import { crossRequest, type GroupCounts, type Grouping, readCross, readGroup } from './groups.ts';
import { highlightOf, readHighlights, type Highlights } from './highlight.ts';
import { type CompiledQuery, compileRecordQuery, narrowed, NUMBER_ONLY, type RecordQuery, totalOf } from './request.ts';

/** Maximum of page × size, in records: Elasticsearch's own limit on `from + size`. Beyond it, use a cursor. */
export const WINDOW = 10_000;
/** Maximum number of hits on a page. */
export const MAX_SIZE = 1_000;

/**
 * A search: what is searched, which page of the hits is wanted, and what is counted.
 * ⏎ @example { q: 'title:climate', filters: { type: ['dataset'] }, facets: ['license'], size: 10, sort: 'newest' }
 */
export interface RecordSearch extends RecordQuery {
  /** From 1. */
  readonly page?: number;
  /** Hits on a page, 0 to 1,000; 25 unless specified. */
  readonly size?: number;
  /** What to count; nothing unless specified. */
  readonly facets?: readonly FacetName[];
  /** The values of this facet with their counts, up to 200 of them; of two facets, up to 50 values of the second within each of the first. */
  readonly groupBy?: Grouping;
  /** Whether to highlight the words of the query. */
  readonly highlight?: boolean;
  /** If nothing is found, searches for words that are spelled similarly. */
  readonly nearly?: boolean;
  /** Document fields wanted; all unless specified. */
  readonly select?: readonly string[];
  readonly signal?: AbortSignal;
  /** How long Elasticsearch may search, in milliseconds; 10,000 unless specified. */
  readonly timeoutMs?: number;
}

/** The result of a search: one page of hits and the requested counts. */
export interface RecordHits {
  /** Exact, however many. */
  readonly total: number;
  readonly hits: readonly RecordHit[];
  readonly tookMs: number;
  readonly facets: Readonly<Partial<Record<FacetName, FacetCounts>>>;
  /** The values of `groupBy`. */
  readonly groups: GroupCounts | null;
  /** True if no record has the words as written: the hits have words that are spelled similarly. */
  readonly near: boolean;
}

/** One hit: the document or the wanted fields of it, and where the words of the query are. */
export interface RecordHit {
  /** The `_id` made by `documentId`; null if only `record_id` was wanted. */
  readonly id: string | null;
  /** Null when not sorted by it. */
  readonly score: number | null;
  readonly source: SearchDocument;
  readonly highlights: Highlights;
}

/**
 * One page of what a query finds. Throws `QueryError` (the message is for the person who asked),
 * `SearchTooSlowError`, `SearchUnavailableError`, `IndexMissingError`.
 */
export async function searchRecords(client: SearchClient, alias: string, search: RecordSearch = {}): Promise<RecordHits> {
  const place = boundedPage(search);
  const exact = await run(client, alias, search, compileRecordQuery(search), place);
  if (exact.total > 0 || search.nearly !== true) return exact;
  const compiled = compileRecordQuery(search, 'nearly');
  return compiled === null ? exact : { ...(await run(client, alias, search, compiled, place)), near: true };
}

interface PageRange {
  readonly from: number;
  readonly size: number;
}

/**
 * Hits and counts are two searches side by side: the server keeps the counts for the next page or another order, and finds
 * hits that it need not count faster.
 */
async function run(
  client: SearchClient,
  alias: string,
  search: RecordSearch,
  compiled: CompiledQuery,
  place: PageRange,
): Promise<RecordHits> {
  const timeout = `${search.timeoutMs ?? 10_000}ms`;
  const { facets = [], groupBy } = search;
  const requests: estypes.SearchRequest[] = [hitsRequest(search, compiled, place)];
  if (facets.length > 0) requests.push(countingRequest(compiled, facets));
  if (groupBy) requests.push(isCross(groupBy) ? crossRequest(compiled, groupBy) : countingRequest(compiled, [groupBy[0]], true));
  const answers = await askAll(
    client,
    alias,
    requests.map((request) => ({ ...request, timeout })),
    search.signal,
  );
  const [found, ...counted] = answers;
  const counts = counted.map(readCounting);
  return {
    total: Math.min((isCounted(search) ? counts[0]?.total : undefined) ?? totalOf(found!), search.sample?.size ?? Infinity),
    hits: found!.hits.hits.map(toHit),
    tookMs: Math.max(...answers.map((answer) => answer.took)),
    facets: Object.fromEntries(facets.map((name) => [name, readFacet(name, counts[0]!.aggregate(name), chosenIn(search, name))])),
    groups: readGroups(search, counted.at(-1)),
    near: false,
  };
}

function hitsRequest(search: RecordSearch, compiled: CompiledQuery, { from, size }: PageRange): estypes.SearchRequest {
  const isHighlighted = search.highlight === true && compiled.searchesWords;
  const onlyNumbers = search.select?.length === 1 && search.select[0] === 'record_id' && !isHighlighted;
  const left = search.sample === undefined ? size : Math.max(0, Math.min(size, search.sample.size - from));
  return {
    query: narrowed(compiled),
    from,
    size: left,
    sort: compiled.sort,
    track_total_hits: !isCounted(search),
    ...(isHighlighted && { highlight: highlightOf(compiled.words) }),
    ...(onlyNumbers && NUMBER_ONLY),
    ...(search.select && !onlyNumbers && { _source: [...search.select] }),
  };
}

/** Whether a counting request is sent as well, which returns the number of hits. */
function isCounted({ facets = [], groupBy }: RecordSearch): boolean {
  return facets.length > 0 || (groupBy !== undefined && !isCross(groupBy));
}

const isCross = (grouping: Grouping): grouping is readonly [FacetName, FacetName] => grouping.length === 2;

function readGroups(search: RecordSearch, answer: SearchAnswer | undefined): GroupCounts | null {
  const { groupBy } = search;
  if (groupBy === undefined || answer === undefined) return null;
  if (isCross(groupBy)) return readCross(answer.aggregations, groupBy, (facet) => chosenIn(search, facet));
  return readGroup(groupBy[0], readCounting(answer).aggregate(groupBy[0]), chosenIn(search, groupBy[0]));
}

function chosenIn({ filters = {} }: RecordSearch, facet: FacetName): string[] {
  return Object.entries(filters).flatMap(([name, values]) => (facetOfFilter(name) === facet ? listedValues(name, values) : []));
}

type SearchAnswer = estypes.SearchResponseBody<SearchDocument>;

/** Several searches in one request. Throws `QueryError` if one of them cannot be run, `SearchTooSlowError` if one was stopped. */
export async function askAll(
  client: SearchClient,
  alias: string,
  requests: readonly estypes.SearchRequest[],
  signal?: AbortSignal,
): Promise<SearchAnswer[]> {
  const options = { maxRetries: 1, ...(signal && { signal }) };
  const [first] = requests;
  const ask = async (): Promise<SearchAnswer[]> => {
    if (requests.length === 1) return [await client.search<SearchDocument>(first!.pit ? first! : { index: alias, ...first }, options)];
    const searches = requests.flatMap((request) => [{ index: alias }, request]) as estypes.MsearchRequestItem[];
    return (await client.msearch<SearchDocument>({ searches }, options)).responses.map((answer) => checked(answer));
  };
  const answers = await translateErrors(alias, () => asQueryErrors(ask));
  if (answers.some((answer) => answer.timed_out)) throw new SearchTooSlowError();
  return answers.map(ofAllShards);
}

/** An error in one of several answers is thrown as if that search had been sent alone. */
function checked(answer: estypes.MsearchResponseItem<SearchDocument>): SearchAnswer {
  if (!('error' in answer)) return answer;
  const { status, error } = answer;
  throw Object.assign(new Error(error.reason ?? error.type), { name: 'ResponseError', statusCode: status, body: answer });
}

function boundedPage({ page = 1, size = 25, sample }: RecordSearch): PageRange {
  if (!Number.isInteger(page) || page < 1) throw wrongParameter('page', 'must be a whole number from 1');
  checkSize(size);
  if (sample !== undefined && (!Number.isInteger(sample.size) || sample.size < 1 || sample.size > WINDOW))
    throw wrongParameter('sample', `must be a whole number from 1 to ${WINDOW}`);
  if (page * size > WINDOW) {
    throw new QueryError(`page ${page} of ${size} lies beyond the first 10,000 hits: use cursor=* and follow it instead`, {
      code: 'beyond-window',
      parameter: 'page',
    });
  }
  return { from: (page - 1) * size, size };
}

/** Throws `QueryError` for an invalid page size. */
export function checkSize(size: number): void {
  if (!Number.isInteger(size) || size < 0 || size > MAX_SIZE) throw wrongParameter('size', `must be a whole number from 0 to ${MAX_SIZE}`);
}

function wrongParameter(parameter: string, what: string): QueryError {
  return new QueryError(`${parameter} ${what}`, { code: 'wrong-parameter', parameter });
}

export function toHit(hit: estypes.SearchHit<SearchDocument>): RecordHit {
  const source = hit._source ?? ({ record_id: Number((hit.fields as { record_id: number[] }).record_id[0]) } as SearchDocument);
  return { id: hit._id ?? null, score: hit._score ?? null, source, highlights: readHighlights(hit.highlight) };
}

/** A query that our parser accepts and Elasticsearch refuses (an invalid regular expression, too many clauses) is an error of the query. */
async function asQueryErrors<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isClientError(error, 'ResponseError') || error.statusCode !== 400) throw error;
    throw new QueryError(
      `the query cannot be run (${rootReason(error)}): simplify it, or put special characters in double quotes`,
      { code: 'syntax' },
      { cause: error },
    );
  }
}

function rootReason(error: errors.ResponseError): string {
  const body = error.body as {
    error?: { root_cause?: { reason?: string }[]; failed_shards?: { reason?: { caused_by?: { reason?: string } } }[] };
  };
  const deepest = body.error?.failed_shards?.[0]?.reason?.caused_by?.reason;
  return (deepest ?? body.error?.root_cause?.[0]?.reason ?? 'no reason given').slice(0, 200);
}
