import { type Kysely, type Transaction, sql } from 'kysely';
import type { ClientBase } from 'pg';
import type { Database } from '../database/db.ts';

/** Advisory locks of this class: who makes, fills or removes search indices. */
const indexLockClass = 0x7486;

/** Waits until no other process of this database creates a lost index. Held until the transaction ends. */
export async function holdIndexLock(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${indexLockClass}, 1)`.execute(trx);
}

/** Holds the lock of a reindex on this session until that ends, however it ends. False if another reindex is at work. */
export async function holdReindexLock(session: ClientBase): Promise<boolean> {
  const { rows } = await session.query<{ held: boolean }>('select pg_try_advisory_lock($1, 2) as held', [indexLockClass]);
  return rows[0]?.held ?? false;
}

/** Notes that a reindex has begun to fill an index. */
export async function noteReindex(db: Kysely<Database>, index: string): Promise<void> {
  await db
    .insertInto('harvest.reindex')
    .values({ index_name: index })
    .onConflict((it) => it.doNothing())
    .execute();
}

/** Indices that a reindex has begun to fill and not finished. */
export async function listReindexes(db: Kysely<Database>): Promise<string[]> {
  return (await db.selectFrom('harvest.reindex').select('index_name').execute()).map((row) => row.index_name);
}

/** Deletes the notes of reindexes: the index is equal to SQL and no other one is left. */
export async function forgetReindexes(db: Kysely<Database>): Promise<void> {
  await db.deleteFrom('harvest.reindex').execute();
}
