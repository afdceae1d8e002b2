import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createStoredApi } from '../test/stored-api.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/zenodo-api.md'), 'utf8');
/** Between the heading of the list and the end of the page. */
const listed = [...page.split('## All paths')[1]!.matchAll(/`(\/[^`]+)`/g)].map(([, path]) => path!);

test('every path of the API is in the comparison, and no other', async () => {
  await using api = await createStoredApi({ size: 0 });
  const { paths } = (await api.app.inject('/api/openapi.json')).json<{ paths: object }>();
  expect(listed.toSorted()).toEqual(Object.keys(paths).toSorted());
});
