import fs from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import { FileMigrationProvider, type MigrationProvider, Migrator } from 'kysely/migration';

/** Where the migrations lie. */
export const migrationFolder: string = path.join(import.meta.dirname, '..', '..', 'migrations');

export class MigrationError extends Error {
  override name = 'MigrationError';
  readonly migration: string | null;
  constructor(migration: string | null, cause: unknown) {
    const what = migration ? `migration ${migration} failed` : 'the migrations could not be applied';
    super(`${what}: ${(cause as Error).message}`, { cause });
    this.migration = migration;
  }
}

/**
 * Brings the database up to date and returns the names of the migrations it applied, in order.
 * Safe when several processes start at once: kysely holds an advisory lock, the later ones find nothing left to do.
 * Throws MigrationError; all of it is one transaction, so the database is then as before.
 */
export async function migrateToLatest<T>(db: Kysely<T>): Promise<string[]> {
  const { error, results = [] } = await createMigrator(db).migrateToLatest();
  if (error) {
    throw new MigrationError(results.find((result) => result.status === 'Error')?.migrationName ?? null, error);
  }
  return results.filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** Whether every known migration has been applied. Their names say it: none is loaded. */
export async function schemaIsCurrent<T>(db: Kysely<T>): Promise<boolean> {
  const migrations = await createMigrator(db, { getMigrations: namedMigrations }).getMigrations();
  return migrations.every((migration) => migration.executedAt !== undefined);
}

/** Names of the migrations that were applied to a database, in order. */
export async function appliedMigrations<T>(db: Kysely<T>): Promise<string[]> {
  const migrations = await createMigrator(db, { getMigrations: namedMigrations }).getMigrations();
  return migrations.flatMap(({ name, executedAt }) => (executedAt === undefined ? [] : [name]));
}

/** Names of the migrations that would be applied, in order. */
export async function pendingMigrations<T>(db: Kysely<T>): Promise<string[]> {
  const applied = new Set(await appliedMigrations(db));
  return Object.keys(await namedMigrations())
    .toSorted()
    .filter((name) => !applied.has(name));
}

/** Those of the names that this version does not know. */
export async function unknownMigrations(names: readonly string[]): Promise<string[]> {
  const known = await namedMigrations();
  return names.filter((name) => !(name in known));
}

/** Applies migrations up to the one of this name. Throws MigrationError. */
export async function migrateTo<T>(db: Kysely<T>, name: string): Promise<void> {
  const { error } = await createMigrator(db).migrateTo(name);
  if (error) throw new MigrationError(name, error);
}

async function namedMigrations(): ReturnType<MigrationProvider['getMigrations']> {
  const files = await fs.readdir(migrationFolder);
  return Object.fromEntries(files.map((file) => [path.parse(file).name, { up: async () => {} }]));
}

function createMigrator<T>(
  db: Kysely<T>,
  provider: MigrationProvider = new FileMigrationProvider({ fs, path, migrationFolder }),
): Migrator {
  return new Migrator({
    db,
    provider,
    // Not in `public`, whose tables are for people who query.
    migrationTableSchema: 'migration',
    // Two that are written at the same time are not always released in the order of their names, and a database between them is upgraded too.
    allowUnorderedMigrations: true,
  });
}
