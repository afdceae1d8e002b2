import type { FieldDef } from 'pg';
import Cursor from 'pg-cursor';
import type { Db } from './db.ts';
import { openReadOnly, type ReadOnlySession, type SessionLimits } from './read-only-session.ts';

export interface ReadOptions extends SessionLimits {
  /** For `$1`, `$2` and so on. */
  readonly values?: readonly unknown[];
  /** Values as PostgreSQL writes them instead of those of `createDb`. */
  readonly asText?: boolean;
  /** Rows that the result may have; more are a ResultTooLargeError. No limit unless specified. */
  readonly maxRows?: number;
}

export interface ReadColumn {
  readonly name: string;
  /** Object id of its type in PostgreSQL's catalogue. */
  readonly typeId: number;
}

/** Rows in portions. The first portion has the columns and comes even if there are no rows. */
export interface ReadPortion {
  readonly columns: readonly ReadColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A text that is not a query. */
export class NotAQueryError extends Error {
  override readonly name = 'NotAQueryError';
}

/** A result with more rows or bytes than permitted. */
export class ResultTooLargeError extends Error {
  override readonly name = 'ResultTooLargeError';
  readonly limit: 'rows' | 'bytes';

  constructor(limit: 'rows' | 'bytes', value: number, options?: ErrorOptions) {
    super(
      limit === 'rows'
        ? `the result has more than ${value} rows`
        : `${portionSize} rows of the result are larger than ${value / 2 ** 20} MiB`,
      options,
    );
    this.limit = limit;
  }
}

const portionSize = 1_000;

/** A portion is held in memory as a whole. */
export const maxPortionBytes = 256 * 2 ** 20;

/**
 * Runs one query that somebody typed, in a read-only transaction of a role that can only read, and hands out its rows in
 * portions, so that memory stays small whatever the result. More than one statement is refused, and so is everything that
 * does not begin as a query does, such as SET or DO.
 * Throws NotReadOnlyError, NotAQueryError, ResultTooLargeError, and what PostgreSQL does (`DatabaseError`, with `position`),
 * 57014 when the time is over or the signal fires.
 */
export async function* readRows(db: Db, text: string, options: ReadOptions): AsyncGenerator<ReadPortion, void, undefined> {
  assertQuery(text);
  await using session = await openReadOnly(db, options);
  yield* readCursor(session, text, options);
}

/** Throws NotAQueryError unless the first word after comments and brackets is one of a query. */
export function assertQuery(text: string): void {
  const word = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*(\w*)/.exec(text)?.[1]?.toLowerCase() ?? '';
  if (!queryWords.has(word))
    throw new NotAQueryError(
      `only queries are run here: a text that begins with ${[...queryWords].join(', ')}, not ${word === '' ? 'this one' : word}`,
    );
}

const queryWords = new Set(['select', 'with', 'values', 'table', 'explain', 'show']);

async function* readCursor(
  session: ReadOnlySession,
  text: string,
  { values = [], asText = false, maxRows = Infinity }: ReadOptions,
): AsyncGenerator<ReadPortion, void, undefined> {
  const types = { getTypeParser: () => (value: unknown) => value };
  const cursor = session.client.query(new Cursor<unknown[]>(text, [...values], { rowMode: 'array', ...(asText ? { types } : {}) }));
  session.busy = true;
  for (let rows = 0, first = true; ; first = false) {
    const portion = await readPortion(session, cursor);
    rows += portion.rows.length;
    if (rows > maxRows) throw new ResultTooLargeError('rows', maxRows);
    if (portion.rows.length > 0 || first) yield portion;
    if (portion.rows.length < portionSize) break;
  }
  session.busy = false;
}

async function readPortion(session: ReadOnlySession, cursor: Cursor<unknown[]>): Promise<ReadPortion> {
  const { stream } = (session.client as unknown as { connection: { stream: NodeJS.ReadableStream } }).connection;
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > maxPortionBytes)
      (stream as unknown as { destroy(error: Error): void }).destroy(new ResultTooLargeError('bytes', maxPortionBytes));
  };
  stream.on('data', count);
  try {
    return await session.limited(() => nextPortion(cursor));
  } catch (cause) {
    throw bytes > maxPortionBytes ? new ResultTooLargeError('bytes', maxPortionBytes, { cause }) : cause;
  } finally {
    stream.off('data', count);
  }
}

function nextPortion(cursor: Cursor<unknown[]>): Promise<ReadPortion> {
  return new Promise((resolve, reject) => {
    cursor.read(portionSize, (error, rows, result) => {
      if (error) reject(error);
      else resolve({ rows, columns: (result?.fields ?? []).map((field: FieldDef) => ({ name: field.name, typeId: field.dataTypeID })) });
    });
  });
}
