import { sendUnindexed } from '@thresher/pipeline';
import { FACET_NAMES, refresh, searchRecords } from '@thresher/search';
import { createTestIndex } from '@thresher/search/testing';
import { saveSource } from '@thresher/store/harvest';
import { saveFetched, statsOf } from '@thresher/store/read';
import { readUnindexed, writeRecords } from '@thresher/store/write';
import { createTestDatabase } from '@thresher/store/testing';
import { harvested } from '@thresher/api/testing';
import { expect, test } from 'vitest';

const file = (key: string) => ({ key, fileId: null, size: 1, checksum: null, url: null });

test('what was fetched of a record reaches the index and stays there when the record changes', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using index = await createTestIndex(process.env['ELASTICSEARCH_URL'] ?? '');
  const { db } = database;
  const source = await saveSource(db, { name: 'sim', base_url: 'https://zenodo.org/oai2d', metadata_prefix: 'oai_datacite' });
  const records = [1, 2, 3].map((recid) => harvested(recid, '<titles><title>A record</title></titles>'));
  const { toIndex } = await writeRecords(db, { sourceId: source.id, pageId: 1, records });
  const [few, most] = [toIndex[0]!.recordId, toIndex[1]!.recordId];
  const fetch = (recordId: number, views: number, files: string[]) =>
    saveFetched(
      db,
      recordId,
      { files: files.map(file), stats: statsOf((name) => (name === 'views' || name === 'downloads' ? views : null)) },
      new Date(),
    );
  await fetch(few, 3, ['a.csv', 'b.CSV']);
  await fetch(most, 30, ['c.pdf', 'd.csv']);
  expect(await sendUnindexed(db, index)).toBe(2);
  const found = async () => {
    await refresh(index.client, index.alias);
    const { hits, facets } = await searchRecords(index.client, index.alias, { sort: 'mostviewed', allVersions: true, facets: FACET_NAMES });
    return { ids: hits.map((hit) => hit.source.record_id), types: facets.file_type!.buckets.map(({ key, doc_count }) => [key, doc_count]) };
  };
  const expected = {
    ids: [most, few],
    types: [
      ['csv', 2],
      ['pdf', 1],
    ],
  };
  expect(await found()).toEqual(expected);
  await fetch(most, 30, ['c.pdf', 'd.csv']);
  expect(await readUnindexed(db, 10)).toEqual([]);
});
