import { type Kysely, sql } from 'kysely';
import { effectOf, type MigrationEffect, UNKNOWN_EFFECT } from './migration-effects.ts';
import { pendingMigrations } from './migrate.ts';

/** Size of a table that is there: its rows as PostgreSQL estimates them, and all its bytes with indexes. */
export interface TableExtent {
  readonly rows: number;
  readonly bytes: number;
}

/** A migration that would be applied, with what it does to the tables of this database. */
export interface PlannedMigration extends Omit<MigrationEffect, 'stops'> {
  readonly name: string;
  /** Why processes of the version before it have to be stopped first; null: they may go on. */
  readonly stops: string | null;
  /** At most about this many bytes are read or written. */
  readonly bytes: number;
}

/** The pending migrations of a database, in order, and the sizes of the tables that they touch. */
export interface MigrationPlan {
  /** Whether there are tables at all; else everything is made from nothing, at once. */
  readonly isNew: boolean;
  readonly migrations: readonly PlannedMigration[];
  readonly tables: Readonly<Record<string, TableExtent>>;
}

/** Reads only. What a table that does not exist yet would cost is nothing. */
export async function planMigrations<T>(db: Kysely<T>): Promise<MigrationPlan> {
  const [names, tables] = [await pendingMigrations(db), await tableExtents(db)];
  const isNew = !('record' in tables);
  const migrations = names.map((name) => planned(name, effectOf(name) ?? UNKNOWN_EFFECT, tables));
  const touched = new Set(migrations.flatMap(touchedBy));
  return { isNew, migrations, tables: Object.fromEntries(Object.entries(tables).filter(([name]) => touched.has(name))) };
}

const touchedBy = ({ locks, blocksWrites, rewrites, indexes, changesRows }: Omit<MigrationEffect, 'stops'>): readonly string[] => [
  ...locks,
  ...blocksWrites,
  ...rewrites,
  ...indexes,
  ...changesRows,
];

function planned(name: string, effect: MigrationEffect, tables: Readonly<Record<string, TableExtent>>): PlannedMigration {
  const sizeOf = (names: readonly string[]): number => names.reduce((sum, one) => sum + (tables[one]?.bytes ?? 0), 0);
  const worked = new Set([...effect.rewrites, ...effect.indexes, ...effect.changesRows]);
  // A view of statistics is made from a few columns of the records; their table is the largest that it may read.
  const bytes = sizeOf([...worked]) + effect.fills.length * sizeOf(['record']);
  return { name, ...effect, bytes };
}

async function tableExtents<T>(db: Kysely<T>): Promise<Record<string, TableExtent>> {
  const { rows } = await sql<TableExtent & { name: string }>`
    select case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as name,
      greatest(c.reltuples, 0)::bigint as rows, pg_total_relation_size(c.oid) as bytes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname in ('public', 'harvest', 'analytics')`.execute(db);
  return Object.fromEntries(rows.map(({ name, rows: count, bytes }) => [name, { rows: count, bytes }]));
}

/** Connections of Thresher's other processes to this database, by their name and address. */
export interface OtherSessions {
  readonly application: string;
  /** Null: a local socket. */
  readonly address: string | null;
  readonly connections: number;
}

/** Who else works with this database now. The sessions of the pool of `db` are of this process. */
export async function otherSessions<T>(db: Kysely<T>): Promise<OtherSessions[]> {
  const { rows } = await sql<OtherSessions>`
    select application_name as application, host(client_addr) as address, count(*)::int as connections from pg_stat_activity
    where datname = current_database() and application_name like 'thresher%' and pid <> pg_backend_pid()
    group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}
