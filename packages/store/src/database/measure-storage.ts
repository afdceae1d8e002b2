import { type Kysely, sql } from 'kysely';
import type { Database } from './db.ts';

/** Size of one table on disk in bytes, TOAST included. */
export interface TableSize {
  /** `schema.name` */
  readonly table: string;
  /** PostgreSQL's estimate. */
  readonly rows: number;
  readonly bytes: number;
  readonly indexBytes: number;
}

/** The tables and materialised views of records, harvests and analytics that hold anything, the largest first. */
export async function tableSizes(db: Kysely<Database>): Promise<TableSize[]> {
  const { rows } = await sql<TableSize>`
    select n.nspname || '.' || c.relname as table, greatest(c.reltuples, 0)::bigint as rows, pg_table_size(c.oid) as bytes, pg_indexes_size(c.oid) as "indexBytes"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'harvest', 'analytics') and c.relkind in ('r', 'm') and c.reltuples > 0
    order by pg_total_relation_size(c.oid) desc
  `.execute(db);
  return rows;
}
