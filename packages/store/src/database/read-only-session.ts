import type { PoolClient } from 'pg';
import { cancelRequest } from './cancel-request.ts';
import type { Db } from './db.ts';
import { assertOnlyReads } from './only-reads.ts';

export interface ReadOnlySession extends AsyncDisposable {
  readonly client: PoolClient;
  /**
   * Runs a part of the session's work on the server: cancelled when the time of all parts is used up or the signal aborts, whatever the session set
   * `statement_timeout` to. The connection is cut if the server does not answer to that.
   */
  readonly limited: <T>(work: () => Promise<T>) => Promise<T>;
  /** Cancels the running statement. */
  readonly cancel: () => void;
  /** Set while the connection is in a state that no statement can end, such as COPY: it is then closed, not reused. */
  busy: boolean;
}

export interface SessionLimits {
  /** Maximum time for all statements together, in milliseconds; 0: no limit. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** PostgreSQL's own timeout ends a statement first, with a better error. */
const graceMs = 250;
const cancelEveryMs = 1_000;
const cancelsBeforeCut = 10;

/**
 * A connection in a read-only transaction that sees one instant. `db` has to have logged in as a role that can only read:
 * throws NotReadOnlyError otherwise. Times are UTC. The signal cancels what it is at. Disposing ends the transaction and
 * closes the connection, so that no setting of the session reaches the next one.
 */
export async function openReadOnly(db: Db, limits: SessionLimits): Promise<ReadOnlySession> {
  limits.signal.throwIfAborted();
  const client = await db.pool.connect();
  // A closed connection reports its error twice: to its query, and here.
  client.on('error', () => {});
  try {
    await assertOnlyReads(client);
    await beginReadOnly(client, limits.timeoutMs);
  } catch (error) {
    client.release(true);
    throw error;
  }
  const cancel = createCancel(client);
  limits.signal.addEventListener('abort', cancel.begin, { once: true });
  const session: ReadOnlySession = {
    client,
    busy: false,
    cancel: cancel.begin,
    limited: createLimited(limits.timeoutMs, cancel),
    async [Symbol.asyncDispose]() {
      limits.signal.removeEventListener('abort', cancel.begin);
      cancel.end();
      if (session.busy) cancelRequest(client);
      client.release(true);
    },
  };
  return session;
}

interface Cancel {
  readonly begin: () => void;
  readonly end: () => void;
}

/** Repeats the cancel request every second, since it may arrive before the statement does; finally closes the connection. */
function createCancel(client: PoolClient): Cancel {
  let timer: NodeJS.Timeout | undefined;
  let sent = 0;
  const ask = (): void => {
    if (sent++ < cancelsBeforeCut) cancelRequest(client);
    else (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };
  return {
    begin: () => {
      if (timer !== undefined) return;
      ask();
      timer = setInterval(ask, cancelEveryMs);
    },
    end: () => clearInterval(timer),
  };
}

function createLimited(timeoutMs: number, cancel: Cancel): ReadOnlySession['limited'] {
  let left = timeoutMs;
  return async (work) => {
    if (timeoutMs === 0) return work();
    const started = performance.now();
    const timer = setTimeout(cancel.begin, Math.max(0, left) + graceMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      left -= performance.now() - started;
    }
  };
}

/** Sets the defaults of the role again, for roles that were created by hand. */
async function beginReadOnly(client: PoolClient, timeoutMs: number): Promise<void> {
  await client.query(`
    set statement_timeout = ${Math.trunc(timeoutMs)};
    set timezone = 'UTC';
    set work_mem = '32MB';
    set lock_timeout = '5s';
    set idle_in_transaction_session_timeout = '10min';
    set client_connection_check_interval = '10s';
    begin isolation level repeatable read read only`);
}
