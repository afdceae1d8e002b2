import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { measureMigrations } from '../../test/measure-migrations.ts';
import { createTestDatabase } from '../../test/test-database.ts';
import { effectOf, MIGRATION_EFFECTS } from './migration-effects.ts';

test('what upgrade --check says of each migration is what PostgreSQL shows of it', { timeout: 120_000 }, async () => {
  await using test1 = await createTestDatabase(process.env['DATABASE_URL']);
  await sql`drop schema public, harvest, analytics, migration cascade; create schema public`.execute(test1.db);
  const measured = await measureMigrations(test1.db);
  expect(Object.keys(MIGRATION_EFFECTS)).toEqual(Object.keys(measured));
  const known = Object.keys(measured).map((name) => {
    const { stops: _, ...effect } = effectOf(name)!;
    return [name, effect];
  });
  expect(Object.fromEntries(known)).toEqual(Object.fromEntries(Object.entries(measured).map(([name, { effect }]) => [name, effect])));
  // A process that names what is gone fails.
  const takesAway = Object.entries(measured).filter(([, { removed }]) => removed.length > 0);
  expect(takesAway.map(([name]) => name).filter((name) => effectOf(name)!.stops === null)).toEqual([]);
  expect(takesAway.length).toBeGreaterThan(0);
});
