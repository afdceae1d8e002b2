import { errors, type estypes } from '@elastic/elasticsearch';
import { translateErrors, type SearchClient } from '../client.ts';
import type { SearchDocument } from '../document.ts';
import { QueryError } from '../errors.ts';
import { compileFilter, compileQuery } from './compile.ts';
import { parseQuery } from './parse.ts';
import { compileSort } from './sort.ts';

/** Elasticsearch's own bound on `from + size`. */
const WINDOW = 10_000;
const MAX_SIZE = 1_000;

export interface RecordSearch {
  /** Query-string syntax over the names of `QUERY_FIELD_NAMES`; empty or absent finds all. */
  readonly q?: string;
  /** From 1. */
  readonly page?: number;
  /** Hits on a page, 0 to 1,000; 25 unless told. */
  readonly size?: number;
  /** One of `SORT_NAMES`, with `-` to turn it round. */
  readonly sort?: string;
  /** Values by field name: any of the values, of every field named. */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  /** Document fields wanted; all unless told. */
  readonly select?: readonly string[];
  readonly signal?: AbortSignal;
  /** How long Elasticsearch may search, in milliseconds; 10,000 unless told. */
  readonly timeoutMs?: number;
}

export interface RecordHits {
  /** Exact, however many. */
  readonly total: number;
  readonly hits: readonly RecordHit[];
  readonly tookMs: number;
}

export interface RecordHit {
  /** As `documentId` made it. */
  readonly id: string;
  /** Null when not sorted by it. */
  readonly score: number | null;
  readonly source: SearchDocument;
}

/**
 * One page of what a query finds. Throws `QueryError` (the message is for the person who asked),
 * `SearchUnavailableError`, `IndexMissingError`.
 */
export async function searchRecords(client: SearchClient, alias: string, search: RecordSearch = {}): Promise<RecordHits> {
  const request = { index: alias, ...toSearchRequest(search) };
  const options = { maxRetries: 1, ...(search.signal && { signal: search.signal }) };
  const answer = await translateErrors(alias, () => asQueryErrors(() => client.search<SearchDocument>(request, options)));
  if (answer.timed_out) throw new QueryError('the query takes too long: use fewer patterns or longer words', { code: 'too-complex' });
  const total = typeof answer.hits.total === 'object' ? answer.hits.total.value : (answer.hits.total ?? 0);
  return { total, hits: answer.hits.hits.map(toHit), tookMs: answer.took };
}

/** The request that a search becomes; pure. Throws `QueryError`. */
export function toSearchRequest(search: RecordSearch): estypes.SearchRequest {
  const { page, size } = boundedPage(search);
  const node = parseQuery(search.q ?? '');
  const filter = Object.entries(search.filters ?? {})
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => compileFilter(name, values));
  return {
    query: { bool: { must: [compileQuery(node)], filter } },
    from: (page - 1) * size,
    size,
    sort: compileSort(search.sort, node.kind !== 'all'),
    track_total_hits: true,
    timeout: `${search.timeoutMs ?? 10_000}ms`,
    ...(search.select && { _source: [...search.select] }),
  };
}

function boundedPage({ page = 1, size = 25 }: RecordSearch): { page: number; size: number } {
  if (!Number.isInteger(page) || page < 1) throw wrongParameter('page', 'must be a whole number from 1');
  if (!Number.isInteger(size) || size < 0 || size > MAX_SIZE) throw wrongParameter('size', `must be a whole number from 0 to ${MAX_SIZE}`);
  if (page * size > WINDOW) {
    throw new QueryError(`page ${page} of ${size} lies beyond the first 10,000 hits: use cursor=* and follow it instead`, {
      code: 'beyond-window',
      parameter: 'page',
    });
  }
  return { page, size };
}

function wrongParameter(parameter: string, what: string): QueryError {
  return new QueryError(`${parameter} ${what}`, { code: 'wrong-parameter', parameter });
}

function toHit(hit: estypes.SearchHit<SearchDocument>): RecordHit {
  return { id: hit._id!, score: hit._score ?? null, source: hit._source! };
}

/** What the parser let through and Elasticsearch refuses (a regular expression that is none, too many clauses) is the query's fault. */
async function asQueryErrors<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof errors.ResponseError) || error.statusCode !== 400) throw error;
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
