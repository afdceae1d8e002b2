/** A connection that is closed because its server was silent for too long: frozen, unreachable, or cut off by a firewall. */
export class SilentServerError extends Error {
  override readonly name = 'SilentServerError';
  /** Since the last byte from the server. */
  readonly silentMs: number;

  constructor(silentMs: number) {
    super(`PostgreSQL has not answered for ${Math.round(silentMs / 1_000)} s: the connection is closed`);
    this.silentMs = silentMs;
  }
}

const nodeCodes = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The server was reachable once and then unreachable for longer than `reconnectMs` of the pool. */
export class DatabaseAwayError extends Error {
  override readonly name = 'DatabaseAwayError';

  constructor(reconnectMs: number, cause: unknown) {
    super(`PostgreSQL has been away for ${Math.round(reconnectMs / 1_000)} s (${reasonOf(cause)})`, { cause });
  }
}

/** Why a connection was lost, in pg's or the system's words. */
export function reasonOf(error: unknown): string {
  const one: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return one instanceof Error ? one.message : String(one);
}

/** pg gives these errors no code. */
const messages =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed|Client has already been|This socket has been ended|timeout exceeded when trying to connect|timeout expired|Cannot use a pool after calling end)/;

/**
 * SQLSTATE: class 08 (connection), 57P01 to 57P05 (shut down, starting, dropped, idle), 25P03 and 25P04 (a transaction was idle
 * or open for too long), 53300 (no connection is free). The statement may or may not have been executed.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const sqlStates = /^(?:08|57P0|25P0[34]|53300)/;

/**
 * Whether an error says that the connection to PostgreSQL was lost or could not be made, and not that a statement is wrong. Causes do
 * not count: a repository that does not answer has the same codes of the system below its own error.
 */
export function isLostConnection(error: unknown): boolean {
  if (error instanceof SilentServerError || error instanceof DatabaseAwayError) return true;
  if (error instanceof AggregateError) return error.errors.some(isLostConnection);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // ENOENT of a file has a path; of a Unix socket it has an address.
  if (code === 'ENOENT') return 'address' in error;
  if (nodeCodes.has(code)) return true;
  return sqlStates.test(code) || messages.test(error.message);
}
