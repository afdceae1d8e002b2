import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import type { PoolClient } from 'pg';
import type { Database, Db } from './db.ts';

/** A transaction, and the connection that it runs on for what kysely does not do (COPY). */
export interface OpenTransaction {
  readonly trx: Transaction<Database>;
  readonly client: PoolClient;
}

/** As `db.transaction().execute`, with the connection at hand. */
export async function inTransaction<T>(db: Db, work: (open: OpenTransaction) => Promise<T>): Promise<T> {
  const client = await db.pool.connect();
  let broken = false;
  const noteRelease = (destroy?: boolean): void => void (broken ||= destroy === true);
  try {
    return await onConnection(client, noteRelease)
      .transaction()
      .execute((trx) => work({ trx, client }));
  } finally {
    client.release(broken);
  }
}

/** Kysely on one connection that somebody else opened and closes. */
function onConnection(client: PoolClient, release: (destroy?: boolean) => void): Kysely<Database> {
  const one = { query: client.query.bind(client), release };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: { connect: async () => one, end: async () => {}, options: {} } }) });
}
