/** `npm run docs:sql`: writes the reference of docs/sql.md again from a freshly migrated database on the server of DATABASE_URL. */
import { createTestDatabase } from '@thresher/store/testing';
import { writeSqlPage } from './docs/sql-page.ts';

await using database = await createTestDatabase(process.env['DATABASE_URL']);
await writeSqlPage(database.db);
console.error('docs/sql.md is up to date');
