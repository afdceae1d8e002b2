import { documentId, documentVersion, refresh, writeBulk } from '@thresher/search';
import { DocumentsWaitError } from '../indexing/search-fault.ts';
import type { Db } from '@thresher/store/database';
import { deleteRecordRows, removeSource, type Source } from '@thresher/store/harvest';
import { readRecordsForIndex } from '@thresher/store/write';
import type { SearchTarget } from '../indexing/index-records.ts';

const batch = 500;

/**
 * Removes a source with everything that was harvested from it: documents, records, pages, runs. Interrupted, it leaves
 * less of the source, and can be repeated.
 */
export async function dropSource(
  db: Db,
  search: SearchTarget | null,
  source: Source,
  onProgress: (records: number) => void,
  signal: AbortSignal,
): Promise<number> {
  for (let removed = 0; ;) {
    signal.throwIfAborted();
    const records = await readRecordsForIndex(db, { afterId: 0, limit: batch, sourceId: source.id });
    if (records.length === 0) {
      await removeSource(db, source.id);
      if (search !== null) await refresh(search.client, search.alias);
      return removed;
    }
    if (search !== null) {
      // Later than any statistics of the record.
      const operations = records.map(({ oaiIdentifier, revision }) => ({
        delete: documentId(source.id, oaiIdentifier),
        version: documentVersion(revision, Infinity),
      }));
      const { failed } = await writeBulk(search.client, { target: { alias: search.alias }, operations });
      // The rows are the only trace of the documents: they stay until those are gone.
      if (failed.length > 0) throw new DocumentsWaitError(`Elasticsearch deletes no documents now: ${failed[0]!.reason}`);
    }
    await deleteRecordRows(
      db,
      records.map((record) => record.recordId),
    );
    onProgress((removed += records.length));
  }
}
