import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/test-database.ts';
import { describeTables, fullName, queriedSchemas } from './describe-schema.ts';

test('what is described to people who query is what their role can read', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const tables = await describeTables(database.readDb, queriedSchemas);
  expect(tables.map(fullName)).toEqual(expect.arrayContaining(['record', 'analytics.growth', 'record_file']));
  for (const table of tables) await database.readDb.pool.query(`select from ${fullName(table)} limit 0`);
});
