import fs from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';

/** Where the migrations lie. */
export const migrationFolder: string = path.join(import.meta.dirname, '..', 'migrations');

export class MigrationError extends Error {
  override name = 'MigrationError';
  readonly migration: string | null;
  constructor(migration: string | null, cause: unknown) {
    super(migration ? `migration ${migration} failed` : 'the migrations could not be applied', { cause });
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

/** Whether every known migration has been applied. */
export async function schemaIsCurrent<T>(db: Kysely<T>): Promise<boolean> {
  const migrations = await createMigrator(db).getMigrations();
  return migrations.every((migration) => migration.executedAt !== undefined);
}

function createMigrator<T>(db: Kysely<T>): Migrator {
  return new Migrator({
    db,
    provider: new FileMigrationProvider({ fs, path, migrationFolder }),
    // Apart from `public`, which is for people who query.
    migrationTableSchema: 'migration',
  });
}
