import { Kysely, PostgresDialect } from 'kysely';
import { type CustomTypesConfig, type Pool, types } from 'pg';
import type { HarvestDatabase } from './harvest-schema.ts';
import { ReconnectingPool, type ReconnectingPoolOptions } from './reconnecting-pool.ts';
import type { RecordDatabase } from './record-schema.ts';
import { retryingPool } from './retrying-pool.ts';

export interface Database extends HarvestDatabase, RecordDatabase {}

/** A kysely instance that also hands out its pool, for what kysely does not do (listen, cursors, counters). */
export type Db = Kysely<Database> & { readonly pool: Pool };

export type DbOptions = ReconnectingPoolOptions;

/**
 * Opens a pool (lazily: nothing is connected yet). Close it with `db.destroy()` or `await using`. A lost connection never ends the
 * process: reads are repeated on another connection, everything else throws an error that `isLostConnection` recognises.
 *
 * Values out of Postgres: `bigint` and `numeric` are numbers (ids and counts stay far below 2^53), `timestamptz` is a
 * Date, `date` is a string as Postgres writes it (`2024-05-01`, `0044-03-15 BC`), `bytea` a Buffer, `jsonb` parsed.
 */
export function createDb(options: string | DbOptions): Db {
  const given = typeof options === 'string' ? { connectionString: options } : options;
  const pool = new ReconnectingPool({ application_name: 'thresher', types: typeParsers, ...given });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: retryingPool(pool) }) });
  return Object.assign(db, { pool });
}

const oid = { int8: 20, date: 1082, numeric: 1700, int8Array: 1016 };

const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [oid.int8]: Number,
  [oid.numeric]: Number,
  [oid.date]: (text) => text,
  [oid.int8Array]: (text) => text.slice(1, -1).split(',').filter(Boolean).map(Number),
};

const typeParsers: CustomTypesConfig = {
  getTypeParser(id, format): (text: string) => unknown {
    const own = format === 'binary' ? undefined : parsers[id];
    return own ?? (types.getTypeParser(id, format) as (text: string) => unknown);
  },
};
