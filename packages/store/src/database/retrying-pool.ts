import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { isLostConnection } from './lost-connection.ts';

/**
 * Whether a statement outside of a transaction may be sent again if its answer was lost: it only reads, or it begins a transaction.
 * Of anything else it is unknown whether it was executed.
 */
export const isRepeatable = (text: string): boolean => /^\s*(?:select|begin|start transaction)\b/i.test(text);

const mostRetries = 5;

/** A pool for kysely that repeats such statements on another connection if theirs was lost. */
export function retryingPool(pool: Pool): PostgresPool {
  return {
    options: pool.options,
    connect: async () => retryingClient(pool, await pool.connect()),
    end: () => pool.end(),
  };
}

function retryingClient(pool: Pool, first: PoolClient): PostgresPoolClient {
  /** Null once it was lost, until there is another. */
  let client: PoolClient | null = first;
  let inTransaction = false;
  async function query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    for (let retries = 0; ; retries++) {
      client ??= await pool.connect();
      try {
        const result = await client.query(text, [...parameters]);
        if (/^\s*(?:begin|start transaction)\b/i.test(text)) inTransaction = true;
        else if (/^\s*(?:commit|rollback)\s*$/i.test(text)) inTransaction = false;
        return result as unknown as PostgresQueryResult<R>;
      } catch (error) {
        if (inTransaction || retries >= mostRetries || !isLostConnection(error) || !isRepeatable(text)) throw error;
        client.release(true);
        client = null;
      }
    }
  }
  return {
    // The other overload takes a cursor, which kysely is not configured with.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy?: boolean) => client?.release(destroy),
  };
}
