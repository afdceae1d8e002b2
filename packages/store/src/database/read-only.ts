import type { FieldDef, PoolClient } from 'pg';
import Cursor from 'pg-cursor';
import type { Db } from './db.ts';
import { openReadOnly } from './read-only-session.ts';

export interface ReadOptions {
  /** For `$1`, `$2` and so on. */
  readonly values?: readonly unknown[];
  /** Values as PostgreSQL writes them instead of those of `createDb`. */
  readonly asText?: boolean;
  /** A statement that takes longer is ended. 0: no limit. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ReadColumn {
  readonly name: string;
  /** Object id of its type in PostgreSQL's catalogue. */
  readonly typeId: number;
}

/** Rows in portions; the columns are known with the first one, which comes even if it is empty. */
export interface ReadPortion {
  readonly columns: readonly ReadColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

const portionSize = 1_000;

/**
 * Runs one statement that somebody typed, in a read-only transaction and, where this user may, as `thresher_reader`, and
 * hands out its rows in portions, so that memory stays small whatever the result. More than one statement is refused.
 * Throws what PostgreSQL does (`DatabaseError`, with `position`), 57014 when the time is over or the signal fires.
 */
export async function* readRows(db: Db, text: string, options: ReadOptions): AsyncGenerator<ReadPortion, void, undefined> {
  await using session = await openReadOnly(db, options);
  yield* readCursor(session.client, text, options);
}

async function* readCursor(
  client: PoolClient,
  text: string,
  { values = [], asText = false }: ReadOptions,
): AsyncGenerator<ReadPortion, void, undefined> {
  const types = { getTypeParser: () => (value: unknown) => value };
  const cursor = client.query(new Cursor<unknown[]>(text, [...values], { rowMode: 'array', ...(asText ? { types } : {}) }));
  try {
    for (let first = true; ; first = false) {
      const portion = await readPortion(cursor);
      if (portion.rows.length > 0 || first) yield portion;
      if (portion.rows.length < portionSize) return;
    }
  } finally {
    await cursor.close().catch(() => {});
  }
}

function readPortion(cursor: Cursor<unknown[]>): Promise<ReadPortion> {
  return new Promise((resolve, reject) => {
    cursor.read(portionSize, (error, rows, result) => {
      if (error) reject(error);
      else resolve({ rows, columns: (result?.fields ?? []).map((field: FieldDef) => ({ name: field.name, typeId: field.dataTypeID })) });
    });
  });
}
