import {
  type Db,
  NotAQueryError,
  NotReadOnlyError,
  ReadLoginError,
  type ReadPortion,
  readRows,
  ResultTooLargeError,
} from '@thresher/store/database';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { AdminCheck } from '../http/admin.ts';
import { clientGone } from '../http/client-gone.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem } from '../problems/problem.ts';
import { explainFault } from './near-names.ts';
import { type FileFormat, resultFile } from './result-file.ts';

/** How long a query may take, in milliseconds. */
const TIMEOUT_MS = 20_000;
/** Rows that are shown, and rows of a file. */
const SHOWN_ROWS = 1_000;
const FILE_ROWS = 100_000;
/** Characters of a cell that are shown. */
const SHOWN_CELL = 2_000;
/** Characters of a result that is shown. */
const SHOWN_TEXT = 4_000_000;
/** Queries of this process at the same time. */
const MOST_AT_ONCE = 2;

const { Object: Shape, Optional, String: Text } = Type;
const Query = Shape({
  query: Text({ minLength: 1, maxLength: 20_000 }),
  format: Optional(Type.Unsafe<'json' | FileFormat>({ type: 'string', enum: ['json', 'csv', 'parquet'] })),
});

/** What the query page shows. */
export interface QueryResult {
  readonly columns: readonly string[];
  /** As PostgreSQL writes them. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Whether rows were left out. */
  readonly isCut: boolean;
  readonly tookMs: number;
}

/**
 * `POST /analytics/sql`: one query as a role that can only read, for the operator (see `createAdminCheck`). Time, rows, memory and the number of queries at once are limited.
 */
export function addSqlRoute(app: Api, deps: Pick<ApiDeps, 'readDb' | 'queryTimeoutMs'> & { readonly checkAdmin: AdminCheck }): void {
  const { readDb, checkAdmin, queryTimeoutMs: timeoutMs = TIMEOUT_MS } = deps;
  let running = 0;
  app.post('/analytics/sql', { schema: { hide: true, body: Query } }, async (request, reply) => {
    checkAdmin(request, reply);
    const query = request.body.query.trim().replace(/;\s*$/, '');
    if (running >= MOST_AT_ONCE)
      throw new ApiProblem(429, 'too-many-requests', `${MOST_AT_ONCE} queries are running: wait for one to end, or use thresher sql`);
    running += 1;
    reply.raw.once('close', () => (running -= 1));
    const db = await openReader(readDb);
    reply.header('cache-control', 'no-store');
    return answer(db, { query, format: request.body.format ?? 'json', timeoutMs }, reply);
  });
}

async function openReader(readDb: ApiDeps['readDb']): Promise<Db> {
  if (readDb === undefined) throw new ApiProblem(503, 'not-ready', 'this API was started without a database for queries');
  try {
    return await readDb();
  } catch (error) {
    if (error instanceof ReadLoginError) throw new ApiProblem(503, 'not-ready', error.message, {}, { cause: error });
    throw error;
  }
}

interface Wanted {
  readonly query: string;
  readonly format: 'json' | FileFormat;
  readonly timeoutMs: number;
}

async function answer(db: Db, { query, format, timeoutMs }: Wanted, reply: FastifyReply): Promise<unknown> {
  const signal = clientGone(reply);
  const options = { timeoutMs, signal, asText: true };
  try {
    if (format === 'json') return await firstRows(readRows(db, query, options));
    const portions = readRows(db, query, { ...options, maxRows: FILE_ROWS });
    const file = await resultFile(portions, format, signal);
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet';
    return await reply.type(type).header('content-disposition', `attachment; filename="query.${format}"`).send(file);
  } catch (error) {
    signal.throwIfAborted();
    throw await toQueryProblem(db, error, query, timeoutMs);
  }
}

async function toQueryProblem(db: Db, error: unknown, query: string, timeoutMs: number): Promise<unknown> {
  const cause = { cause: error };
  if (error instanceof NotAQueryError) return new ApiProblem(400, 'bad-query', error.message, {}, cause);
  if (error instanceof NotReadOnlyError) return new ApiProblem(503, 'not-ready', error.message, {}, cause);
  if (error instanceof ResultTooLargeError)
    return new ApiProblem(400, 'bad-query', `${error.message}: add a limit, or use thresher export --query`, {}, cause);
  const fault = await explainFault(db, error, query);
  if (fault === null) return error;
  const text = fault.isCancelled
    ? `the query was ended after ${timeoutMs / 1_000} s: narrow it, read a view of schema analytics, or use thresher sql`
    : fault.sentence;
  return new ApiProblem(400, 'bad-query', text, {}, cause);
}

/** The rows that are shown. Leaving the loop ends the query. */
async function firstRows(portions: AsyncIterable<ReadPortion>): Promise<QueryResult> {
  const started = performance.now();
  let names: string[] = [];
  const rows: (string | null)[][] = [];
  let characters = 0;
  let isCut = false;
  reading: for await (const portion of portions) {
    names = portion.columns.map(({ name }) => name);
    for (const row of portion.rows) {
      isCut = rows.length === SHOWN_ROWS || characters > SHOWN_TEXT;
      if (isCut) break reading;
      const cells = row.map(shownCell);
      characters += cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
      rows.push(cells);
    }
  }
  return { columns: names, rows, isCut, tookMs: Math.round(performance.now() - started) };
}

/** With `asText`, each value is a text or null. */
function shownCell(cell: unknown): string | null {
  if (cell === null || cell === undefined) return null;
  const text = cell as string;
  return text.length > SHOWN_CELL ? `${text.slice(0, SHOWN_CELL)}…` : text;
}
