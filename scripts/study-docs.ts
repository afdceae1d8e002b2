/** `npm run docs:studies`: writes the results in docs/studies again, from the sample in its own database on the server of DATABASE_URL. */
import { writeFileSync } from 'node:fs';
import { createTestDatabase } from '@thresher/store/testing';
import { loadSample } from './docs/sample.ts';
import { readStudies, renderStudy } from './docs/study.ts';

await using database = await createTestDatabase(process.env['DATABASE_URL']);
await loadSample(database.db);
for (const study of readStudies()) writeFileSync(study.file, await renderStudy(database.readDb, study));
console.error('docs/studies are up to date');
