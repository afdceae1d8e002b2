import fs from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { MigrationEffect } from '../src/database/migration-effects.ts';
import { migrationFolder } from '../src/database/migrate.ts';

/** What a migration did to tables that were there before it, as PostgreSQL shows it at its end, and what it took away. */
export interface MeasuredMigration {
  readonly effect: Omit<MigrationEffect, 'stops'>;
  /** Columns, tables and functions that are gone, or columns of another type. */
  readonly removed: readonly string[];
}

interface Before {
  /** Names of tables by their id: a migration may rename one. */
  readonly byId: ReadonlyMap<string, string>;
  readonly tables: ReadonlyMap<string, string>;
  readonly names: ReadonlySet<string>;
  readonly indexes: ReadonlySet<string>;
}

/** Applies all migrations to an empty database, one transaction each, and looks at each before it is committed. */
export async function measureMigrations<T>(db: Kysely<T>): Promise<Record<string, MeasuredMigration>> {
  const measured: Record<string, MeasuredMigration> = {};
  for (const file of (await fs.readdir(migrationFolder)).toSorted()) {
    const { up } = (await import(pathToFileURL(path.join(migrationFolder, file)).href)) as { up: (db: Kysely<unknown>) => Promise<void> };
    measured[path.parse(file).name] = await db.transaction().execute(async (trx) => {
      const before = await lookAt(trx);
      await up(trx as unknown as Kysely<unknown>);
      return compare(trx, before);
    });
  }
  return measured;
}

const ours = sql`(select oid from pg_namespace where nspname in ('public', 'harvest', 'analytics'))`;

async function lookAt<T>(trx: Transaction<T>): Promise<Before> {
  const tables = await sql<{ id: string; name: string; file: string }>`
    select oid::text as id, oid::regclass::text as name, pg_relation_filenode(oid)::text as file from pg_class
    where relkind in ('r', 'm') and relnamespace in ${ours}`.execute(trx);
  const names = await sql<{ name: string }>`
    select attrelid::regclass::text || '.' || attname || ' ' || format_type(atttypid, null) as name from pg_attribute
      join pg_class c on c.oid = attrelid where attnum > 0 and not attisdropped and relkind in ('r', 'v', 'm') and relnamespace in ${ours}
    union all select oid::regprocedure::text from pg_proc where pronamespace in ${ours}`.execute(trx);
  const indexes = await sql<{ name: string }>`select indexrelid::text as name from pg_index`.execute(trx);
  return {
    byId: new Map(tables.rows.map(({ id, name }) => [id, name])),
    tables: new Map(tables.rows.map(({ name, file }) => [name, file])),
    names: new Set(names.rows.map(({ name }) => name)),
    indexes: new Set(indexes.rows.map(({ name }) => name)),
  };
}

/** Each once, in order, without quotes. */
const plain = (names: readonly string[]): string[] => [...new Set(names.map((name) => name.replaceAll('"', '')))].toSorted();

async function compare<T>(trx: Transaction<T>, before: Before): Promise<MeasuredMigration> {
  const { rows } = await sql<{ id: string; mode: string }>`
    select relation::text as id, mode from pg_locks where pid = pg_backend_pid() and relation is not null`.execute(trx);
  const now = await lookAt(trx);
  const lockedBy = (...modes: string[]): string[] => [
    ...new Set(rows.flatMap(({ id, mode }) => (before.byId.has(id) && modes.includes(mode) ? [before.byId.get(id)!] : []))),
  ];
  const locks = lockedBy('AccessExclusiveLock');
  const rewrites = [...before.tables].filter(([name, file]) => now.tables.has(name) && now.tables.get(name) !== file).map(([name]) => name);
  const indexes = await sql<{ id: string; name: string }>`
    select indexrelid::text as id, indrelid::regclass::text as name from pg_index`.execute(trx);
  const indexed = indexes.rows.filter(({ id, name }) => !before.indexes.has(id) && before.tables.has(name)).map(({ name }) => name);
  const fills = await sql<{ name: string }>`
    select oid::regclass::text as name from pg_class where relkind = 'm' and relnamespace in ${ours}`.execute(trx);
  return {
    effect: {
      locks: plain(locks),
      blocksWrites: plain(lockedBy('ShareLock', 'ShareRowExclusiveLock').filter((name) => !locks.includes(name))),
      rewrites: plain(rewrites),
      indexes: plain(indexed),
      changesRows: plain(lockedBy('RowExclusiveLock')),
      fills: plain(fills.rows.map(({ name }) => name).filter((name) => !before.tables.has(name))),
    },
    removed: [...before.names].filter((name) => !now.names.has(name)).toSorted(),
  };
}
