import type { FieldDef, PoolClient, QueryConfigValues } from 'pg';
import Cursor from 'pg-cursor';
import type { Db } from './db.ts';

export interface ReadOptions {
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
  const client = await db.pool.connect();
  let fault: Error | undefined;
  const stopCancelling = await cancelOnAbort(db, client, options.signal);
  try {
    await beginReadOnly(client, options.timeoutMs);
    yield* readCursor(client, text, options.asText === true);
  } catch (error) {
    fault = error as Error;
    throw error;
  } finally {
    stopCancelling();
    const ended = await client.query('rollback').then(() => undefined, (error: Error) => error);
    // `reset role` and the like end with the transaction; a connection that could not end it is thrown away.
    client.release(ended ?? (fault !== undefined && !('severity' in fault) ? fault : undefined));
  }
}

async function beginReadOnly(client: PoolClient, timeoutMs: number): Promise<void> {
  await client.query('begin isolation level repeatable read read only');
  await client.query('savepoint before_role');
  try {
    await client.query('set local role thresher_reader');
  } catch {
    await client.query('rollback to savepoint before_role');
  }
  await client.query(`set local statement_timeout = ${Math.trunc(timeoutMs)}`);
}

async function* readCursor(client: PoolClient, text: string, asText: boolean): AsyncGenerator<ReadPortion, void, undefined> {
  const types = { getTypeParser: () => (value: unknown) => value };
  const cursor = client.query(new Cursor<unknown[]>(text, [] as QueryConfigValues<unknown[]>, { rowMode: 'array', ...(asText ? { types: types as never } : {}) }));
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

async function cancelOnAbort(db: Db, client: PoolClient, signal: AbortSignal): Promise<() => void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const cancel = (): void => void db.pool.query('select pg_cancel_backend($1)', [rows[0]!.pid]).catch(() => {});
  signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}
