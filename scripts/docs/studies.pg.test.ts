import { basename } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSample } from './sample.ts';
import { readStudies, renderStudy } from './study.ts';

let database: TestDatabase;
const studies = readStudies();

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  await loadSample(database.db);
}, 240_000);
afterAll(() => database[Symbol.asyncDispose]());

test('there are thirteen studies', () => {
  expect(studies).toHaveLength(13);
});

test.each(studies.map((study) => [basename(study.file), study] as const))(
  '%s shows what its query finds (npm run docs:studies writes it again)',
  async (_, study) => {
    expect(study.page).toBe(await renderStudy(database.readDb, study));
  },
);
