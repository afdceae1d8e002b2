import { setTimeout as sleep } from 'node:timers/promises';

/** What became of the requests to a group of API processes. */
export interface QueryCounts {
  readonly sent: number;
  /** Sent to another process, since the first one was not there. */
  readonly moved: number;
  /** Neither process gave an answer, or one answered with a status from 500 on. */
  readonly failed: number;
  /** Answers that lack records which an earlier answer, or the beginning, had. */
  readonly short: number;
  readonly slowestMs: number;
  /** The first few failures and short answers, in a sentence each. */
  readonly examples: readonly string[];
}

export interface Queries extends AsyncDisposable {
  counts(): QueryCounts;
  /** Ends after the requests that are under way. */
  end(): Promise<QueryCounts>;
}

/** One kind of request. `records` reads from the answer how many records it found; they never become fewer. */
export interface Query {
  readonly path: string;
  readonly records: (body: string) => number;
}

const totalOf = (body: string): number => (JSON.parse(body) as { hits: { total: number } }).hits.total;

/** Searches of all records, by words, with facets, and lists from SQL. */
export const usualQueries: readonly Query[] = [
  { path: '/api/records?size=10&all_versions=true', records: totalOf },
  {
    path: '/api/records?q=publication_year:%5B1900%20TO%202100%5D&size=5&all_versions=true&facets=resource_type,publication_year',
    records: totalOf,
  },
  {
    path: '/oai2d?verb=ListIdentifiers&metadataPrefix=oai_dc',
    records: (body) => Number(/completeListSize="(\d+)"/.exec(body)?.[1] ?? body.split('<header>').length - 1),
  },
];

const LONGEST_MS = 60_000;
const PAUSE_MS = 100;

/**
 * Sends one query after the other to the API processes in turn, as a proxy with `proxy_next_upstream error` does: a request that gets no
 * answer at all goes to the next process.
 *
 * @param least records that every answer has to have from the beginning
 */
export function startQueries(apis: readonly string[], queries: readonly Query[], least = 0): Queries {
  let over = false;
  const counts = { sent: 0, moved: 0, failed: 0, short: 0, slowestMs: 0, examples: [] as string[] };
  const most = new Map<Query, number>(queries.map((query) => [query, least]));
  const note = (kind: 'failed' | 'short', sentence: string): void => {
    counts[kind]++;
    // The first of each kind, as one may be frequent.
    if (counts[kind] <= 5) counts.examples.push(sentence);
  };
  const send = async (query: Query, first: number): Promise<void> => {
    const begun = performance.now();
    counts.sent++;
    const before = most.get(query)!;
    for (const [tries, api] of inTurn(apis, first).entries()) {
      try {
        const reply = await fetch(`${api}${query.path}`, { signal: AbortSignal.timeout(LONGEST_MS) });
        const body = await reply.text();
        if (reply.status !== 200) note('failed', `${query.path}: HTTP ${reply.status}: ${body.slice(0, 200)}`);
        else {
          const records = query.records(body);
          if (records < before) note('short', `${query.path}: ${records} records after ${before}`);
          most.set(query, Math.max(records, most.get(query)!));
        }
        break;
      } catch (error) {
        if (tries === apis.length - 1) note('failed', `${query.path}: ${String((error as Error).cause ?? error)}`);
        else counts.moved++;
      }
    }
    counts.slowestMs = Math.max(counts.slowestMs, performance.now() - begun);
  };
  const loop = async (query: Query, position: number): Promise<void> => {
    for (let n = position; !over; n++) {
      await send(query, n);
      await sleep(PAUSE_MS);
    }
  };
  const loops = queries.map(loop);
  const end = async (): Promise<QueryCounts> => {
    over = true;
    await Promise.all(loops);
    return counts;
  };
  return { counts: () => counts, end, [Symbol.asyncDispose]: async () => void (await end()) };
}

const inTurn = (apis: readonly string[], first: number): string[] => apis.map((_, n) => apis[(first + n) % apis.length]!);

/** For a report. */
export const queryLine = ({ sent, moved, failed, short, slowestMs }: QueryCounts): string =>
  `${sent} queries, ${moved} sent to the other API process, ${failed} failed, ${short} with too few records, slowest ${Math.round(slowestMs)} ms`;
