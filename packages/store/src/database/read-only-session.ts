import type { PoolClient } from 'pg';
import type { Db } from './db.ts';

export interface ReadOnlySession extends AsyncDisposable {
  readonly client: PoolClient;
  /** Say so while the connection is in the middle of something that a statement cannot end: it is thrown away then. */
  busy: boolean;
}

/**
 * A connection in a read-only transaction that sees one instant, as `thresher_reader` where this user may. Times are UTC.
 * The signal cancels what it is at. Disposing ends the transaction, and with it the role and every setting.
 */
export async function openReadOnly(
  db: Db,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ReadOnlySession> {
  const client = await db.pool.connect();
  const session = { client, busy: false };
  try {
    const stopListening = await cancelOnAbort(db, client, signal);
    await beginReadOnly(client, timeoutMs);
    return Object.assign(session, {
      async [Symbol.asyncDispose]() {
        stopListening();
        client.release(session.busy ? true : await rollback(client));
      },
    });
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

/** Whether it failed: the connection is of no use then. */
async function rollback(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    return false;
  } catch {
    return true;
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
  await client.query(`set local timezone = 'UTC'`);
  await client.query(`set local statement_timeout = ${Math.trunc(timeoutMs)}`);
}

async function cancelOnAbort(db: Db, client: PoolClient, signal: AbortSignal): Promise<() => void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const cancel = (): void => void db.pool.query('select pg_cancel_backend($1)', [rows[0]!.pid]).catch(() => {});
  signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}
