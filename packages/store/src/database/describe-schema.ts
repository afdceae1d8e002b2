import { type Kysely, sql } from 'kysely';
import type { Database } from './db.ts';

export interface ColumnDescription {
  readonly name: string;
  /** As PostgreSQL spells it: `text`, `timestamp with time zone`. */
  readonly type: string;
  readonly notNull: boolean;
  readonly comment: string | null;
}

export interface TableDescription {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'materialized view';
  readonly comment: string | null;
  readonly columns: readonly ColumnDescription[];
  readonly primaryKey: readonly string[];
  /** The tables that its foreign keys lead to, `schema.name`. */
  readonly references: readonly { readonly columns: readonly string[]; readonly table: string }[];
  /** Definitions, as `create index` statements. */
  readonly indexes: readonly string[];
}

export interface FunctionDescription {
  readonly schema: string;
  readonly name: string;
  readonly arguments: string;
  readonly result: string;
  readonly comment: string | null;
}

/**
 * The tables and views of some schemas with what their COMMENTs say, by name. Migration tables and partitions are left out. A view that is read
 * in place of a table of `harvest` has its name, and is described with its keys and indexes.
 */
export async function describeTables(db: Kysely<Database>, schemas: readonly string[]): Promise<TableDescription[]> {
  const { rows } = await sql<TableDescription>`
    select n.nspname as schema, c.relname as name,
      case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind,
      obj_description(c.oid, 'pg_class') as comment,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
         'comment', col_description(c.oid, a.attnum)) order by a.attnum)
       from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select json_agg(a.attname order by array_position(k.conkey, a.attnum))
       from pg_constraint k join pg_attribute a on a.attrelid = keyed.oid and a.attnum = any (k.conkey)
       where k.conrelid = keyed.oid and k.contype = 'p'), '[]') as "primaryKey",
      coalesce((select json_agg(json_build_object('table', fn.nspname || '.' || f.relname, 'columns',
         (select json_agg(a.attname) from pg_attribute a where a.attrelid = keyed.oid and a.attnum = any (k.conkey))) order by k.conname)
       from pg_constraint k join pg_class f on f.oid = k.confrelid join pg_namespace fn on fn.oid = f.relnamespace
       where k.conrelid = keyed.oid and k.contype = 'f'), '[]') as "references",
      coalesce((select json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text) from pg_index i where i.indrelid = keyed.oid), '[]') as indexes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (select coalesce((select t.oid from pg_class t where c.relkind = 'v' and n.nspname = 'public'
      and t.relnamespace = 'harvest'::regnamespace and t.relname = c.relname), c.oid) as oid) keyed
    where n.nspname = any (${schemas}::text[]) and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
    order by array_position(${schemas}::text[], n.nspname::text), c.relname
  `.execute(db);
  return rows;
}

/** The functions of some schemas, by name. */
export async function describeFunctions(db: Kysely<Database>, schemas: readonly string[]): Promise<FunctionDescription[]> {
  const { rows } = await sql<FunctionDescription>`
    select n.nspname as schema, p.proname as name, pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
      obj_description(p.oid, 'pg_proc') as comment
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = any (${schemas}::text[]) order by p.proname
  `.execute(db);
  return rows;
}

/** Schemas that the role of queries can read (see `assertOnlyReads`), the one with the views of analysts first. */
export const queriedSchemas = ['analytics', 'public'] as const;

/** As written in a query: without schema `public`. */
export const fullName = ({ schema, name }: TableDescription): string => (schema === 'public' ? name : `${schema}.${name}`);

/** The table or view of that name, in any case and with its schema or without; undefined if there is none. */
export function findTable(tables: readonly TableDescription[], name: string): TableDescription | undefined {
  const wanted = name.toLowerCase();
  return (
    tables.find((one) => fullName(one) === wanted || `${one.schema}.${one.name}` === wanted) ?? tables.find((one) => one.name === wanted)
  );
}
