import type { estypes } from '@elastic/elasticsearch';
import { QueryError } from '../errors.ts';
import { wrapLongitude } from '../places.ts';
import { onlyFields } from '../walk-documents.ts';
import { compileFilter, compileNearly, compileQuery, namesRecord, plainWords } from './compile.ts';
import type { FacetName } from './facet-table.ts';
import { facetOfFilter } from './facets.ts';
import { highlightOf } from './highlight.ts';
import { leavesOf, type QueryNode } from './parse.ts';
import { readQuery } from './read-query.ts';
import { compileSort } from './sort.ts';

type Query = estypes.QueryDslQueryContainer;

/** What is searched, apart from which part of the results is wanted. */
export interface RecordQuery {
  /** Query-string syntax over the names of `QUERY_FIELD_NAMES`; empty or absent finds all. */
  readonly q?: string;
  /** Values by name, fields or facets: any of the values, of every name. */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  /** Every version of a concept, not only the latest; a query that names one record finds it anyway. False unless specified. */
  readonly allVersions?: boolean;
  /** West, south, east, north in degrees: only records with a place within. */
  readonly bounds?: readonly [west: number, south: number, east: number, north: number];
  /** One of `SORT_NAMES`, with `-` to reverse it. */
  readonly sort?: string;
  /** A random sample of this size of what is found; the same seed draws the same. */
  readonly sample?: { readonly size: number; readonly seed: number };
}

/** A compiled query. */
export interface CompiledQuery {
  /** Scored, and narrowed by everything except choices in facets. */
  readonly query: Query;
  /** Choices by facet. */
  readonly chosen: ReadonlyMap<FacetName, Query>;
  /** The query without filters: what is highlighted. */
  readonly words: Query;
  readonly sort: estypes.SortCombinations[];
  /** Whether the query contains words, so that results have scores. */
  readonly searchesWords: boolean;
}

/** Excludes versions that are not the latest instead of requiring the latest: documents of an old index lack the field. */
export const LATEST: Query = { bool: { must_not: [{ term: { is_latest_version: false } }] } };

/** Compiles a query; `nearly` looks for its words misspelt, and null is for a query that is not words only. Throws `QueryError`. */
export function compileRecordQuery(search: RecordQuery): CompiledQuery;
export function compileRecordQuery(search: RecordQuery, how: 'nearly'): CompiledQuery | null;
export function compileRecordQuery(search: RecordQuery, how?: 'nearly'): CompiledQuery | null {
  const { node } = readQuery(search.q ?? '');
  const words = how === 'nearly' ? plainWords(node) : null;
  if (how === 'nearly' && words === null) return null;
  const { filter, chosen } = compileFilters(search, node);
  const asked = words === null ? compileQuery(node) : compileNearly(words);
  const scored: Query = { bool: { must: [asked], filter } };
  const searchesWords = node.kind !== 'all';
  const compiled = {
    query: search.sample === undefined ? scored : shuffled(scored, search.sample.seed),
    chosen,
    words: asked,
    sort: search.sample === undefined ? compileSort(search.sort, searchesWords) : compileSort('bestmatch', true),
    searchesWords,
  };
  checkSize(compiled, valuesIn([filter, [...chosen]]));
  return compiled;
}

/**
 * The most values (words, fields, weights) in Elasticsearch's form of a search: a hundred words without a field stay below
 * it, a hundred patterns do not. Each value is work for every segment of the index.
 */
export const MOST_VALUES = 2_500;

function checkSize({ query, chosen, sort }: CompiledQuery, ofFilters: number): void {
  const values = valuesIn([query, [...chosen], sort]);
  if (values <= MOST_VALUES) return;
  if (ofFilters > MOST_VALUES / 2)
    throw new QueryError('the filters have too many values: shorten the lists', { code: 'too-complex', parameter: 'filters' });
  throw new QueryError(
    'the query looks for too much in too many fields: shorten it, or put a field before its patterns, as in title:clim*',
    { code: 'too-complex' },
  );
}

/** The number of values in a structure of lists and objects, at any depth. */
export function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + valuesIn(inner), 0);
}

function compileFilters(search: RecordQuery, node: QueryNode): { filter: Query[]; chosen: Map<FacetName, Query> } {
  const filter: Query[] = [];
  const chosen = new Map<FacetName, Query[]>();
  for (const [name, values] of Object.entries(search.filters ?? {})) {
    if (values.length === 0) continue;
    const facet = facetOfFilter(name);
    const compiled = compileFilter(name, values);
    if (facet === null) filter.push(compiled);
    else chosen.set(facet, [...(chosen.get(facet) ?? []), compiled]);
  }
  if (search.allVersions !== true && !namesRecord(node) && !asksForVersions(node)) filter.push(LATEST);
  if (search.bounds !== undefined) filter.push(withinBounds(search.bounds));
  return { filter, chosen: new Map([...chosen].map(([facet, queries]) => [facet, allOf(queries)])) };
}

/** `versions.is_latest:false` asks for the others, which the filter would hide. */
function asksForVersions(node: QueryNode): boolean {
  return leavesOf(node).some(({ field }) => field === 'versions.is_latest');
}

/** Values of one name widen each other, names of one facet (type and subtype) narrow down. */
function allOf(queries: Query[]): Query {
  return queries.length === 1 ? queries[0]! : { bool: { filter: queries } };
}

/** Longitudes count from -180 or from 0; bounds that begin further east than they end lie across the date line. */
function withinBounds([from, south, to, north]: NonNullable<RecordQuery['bounds']>): Query {
  const [west, east] = Math.abs(to - from) >= 360 ? [-180, 180] : [wrapLongitude(from), wrapLongitude(to)];
  const sane = [from, to].every((one) => Math.abs(one) <= 360) && [south, north].every((one) => Math.abs(one) <= 90) && south <= north;
  if (!sane)
    throw new QueryError('bounds must be west,south,east,north in degrees, such as 5.9,45.8,10.5,47.8', {
      code: 'wrong-parameter',
      parameter: 'bounds',
    });
  return { geo_bounding_box: { locations: { top_left: { lat: north, lon: west }, bottom_right: { lat: south, lon: east } } } };
}

/** Drawn by the number of the record, so that a sample stays the same while other records come and change. */
function shuffled(query: Query, seed: number): Query {
  return { function_score: { query, functions: [{ random_score: { seed, field: 'record_id' } }], boost_mode: 'replace' } };
}

/** The query with every choice, or with all but those in one facet, whose values they must not hide. */
export function narrowed({ query, chosen }: CompiledQuery): Query {
  return chosen.size === 0 ? query : { bool: { must: [query], filter: [...chosen.values()] } };
}

export const NUMBER_ONLY: estypes.SearchRequest = onlyFields(['record_id']);

/** The number of a hit, and where the words of the query stand in it. */
export const highlighted = ({ words }: CompiledQuery): estypes.SearchRequest => ({ _source: ['record_id'], highlight: highlightOf(words) });

/** The number of hits in an answer; 0 if they were not counted. */
export function totalOf({ hits: { total } }: Pick<estypes.SearchResponseBody<unknown>, 'hits'>): number {
  return typeof total === 'object' ? total.value : (total ?? 0);
}
