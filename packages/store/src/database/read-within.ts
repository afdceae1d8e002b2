import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './db.ts';
import { isCancelled } from './query-fault.ts';

/** Reads in a transaction that cannot write; null if one of its statements takes longer than `timeoutMs`. */
export async function readWithin<T>(
  db: Kysely<Database>,
  timeoutMs: number,
  read: (trx: Transaction<Database>) => Promise<T>,
): Promise<T | null> {
  try {
    return await db
      .transaction()
      .setAccessMode('read only')
      .execute(async (trx) => {
        // The role of queries may not call `set_config`, and SET takes no parameter.
        await sql.raw(`set local statement_timeout = ${Math.trunc(timeoutMs)}`).execute(trx);
        return read(trx);
      });
  } catch (error) {
    if (isCancelled(error)) return null;
    throw error;
  }
}
