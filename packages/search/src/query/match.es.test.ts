import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBulk } from '../bulk.ts';
import { documentId } from '../document-id.ts';
import { toDocument } from '../document.ts';
import { metadataOf } from '../../test/sample-documents.ts';
import { refresh } from '../count.ts';
import { createTestIndex, type TestIndex } from '../../test/test-index.ts';
import { matchRecordIds } from './match.ts';

const size = 10_500;
let index: TestIndex;

beforeAll(async () => {
  index = await createTestIndex(process.env['ELASTICSEARCH_URL'] ?? '');
  const operations = Array.from({ length: size }, (_, n) => ({
    index: toDocument({
      sourceId: 1,
      recordId: n + 1,
      revision: 1,
      isLatestVersion: n !== 7,
      oaiIdentifier: `oai:a:${n}`,
      datestamp: '2024-01-01T00:00:00Z',
      setSpecs: [],
      metadata: metadataOf({ title: n % 7 === 0 ? 'Coral' : 'Kelp' }),
      firstSeenAt: '2024-01-01T00:00:00Z',
      changedAt: '2024-01-01T00:00:00Z',
    }),
    id: documentId(1, `oai:a:${n}`),
    version: 1,
  }));
  await writeBulk(index.client, { target: { alias: index.alias }, operations });
  await refresh(index.client, index.alias);
}, 120_000);
afterAll(() => index[Symbol.asyncDispose]());

const coral = Array.from({ length: 1_500 }, (_, n) => n * 7 + 1);

async function idsOf(q: string, allVersions = false): Promise<number[]> {
  const ids: number[] = [];
  for await (const portion of matchRecordIds(index.client, index.alias, { q, allVersions })) ids.push(...portion);
  return ids.sort((a, b) => a - b);
}

test('every match is handed out once, beyond the 10,000 of a page', async () => {
  expect(await idsOf('', true)).toEqual(Array.from({ length: size }, (_, n) => n + 1));
  expect(await idsOf('title:coral', true)).toEqual(coral);
  expect(await idsOf('title:whale')).toEqual([]);
});

test('only the latest versions, unless all are wanted', async () => {
  expect(await idsOf('title:coral')).toEqual(coral.filter((id) => id !== 8));
});

test('a query that is none is refused', async () => {
  await expect(idsOf('title:(')).rejects.toMatchObject({ name: 'QueryError' });
});
