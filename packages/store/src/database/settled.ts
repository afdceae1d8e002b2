import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from './db.ts';

/**
 * An instant to the microsecond, as PostgreSQL keeps it, in microseconds since 1970: a Date would lose three digits, and
 * with them the order of what is read page by page.
 */
export type Micros = number;

/**
 * Every change of a record before this instant is committed, and the next statement sees it; later ones may still be
 * written by transactions that run. A client that reads up to here, and continues from here the next time, misses nothing.
 */
export async function settledUntil(db: Kysely<Database>): Promise<Micros> {
  const { rows } = await sql<{ at: number }>`select ${asMicros(sql`harvest.settled_until()`)} as at`.execute(db);
  return rows[0]!.at;
}

/** An expression of type timestamptz as Micros. */
export function asMicros(instant: RawBuilder<unknown>): RawBuilder<Micros> {
  return sql`(extract(epoch from ${instant}) * 1000000)::bigint`;
}

/** Micros as a timestamptz. */
export function fromMicros(micros: Micros): RawBuilder<unknown> {
  return sql`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;
}
