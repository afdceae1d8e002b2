import {
  type BulkOperation,
  type BulkWrite,
  documentId,
  type FetchedFacts,
  type SearchClient,
  toDocument,
  writeBulk,
} from '@thresher/search';
import { clearUnindexed, type Db, type IndexRecord, markLatestVersions, readFetchedFacts, readUnindexed } from '@thresher/store';

/** The search index; null where there is no Elasticsearch: everything else works then. */
export interface SearchTarget {
  readonly client: SearchClient;
  readonly alias: string;
}

/** Documents that Elasticsearch refuses for good: a fault of ours, as the mapping is ours. */
export class DocumentsRefusedError extends Error {
  override readonly name = 'DocumentsRefusedError';
}

const unindexedBatch = 500;

/**
 * Sends the index what it has still to be told: records that changed otherwise than by a page of their own. May run in
 * several processes at once. Returns how many were sent.
 */
export async function sendUnindexed(db: Db, search: SearchTarget): Promise<number> {
  for (let sent = 0; ;) {
    const records = await readUnindexed(db, unindexedBatch);
    if (records.length === 0) return sent;
    await markLatestVersions(
      db,
      records.map((record) => record.recordId),
    );
    await indexRecords({ db, client: search.client, target: { alias: search.alias } }, records);
    await clearUnindexed(db, records);
    sent += records.length;
  }
}

/** Sends records to the index: a document each, a deletion for a tombstone. */
export async function indexRecords(
  to: { readonly db: Db; readonly client: SearchClient; readonly target: BulkWrite['target'] },
  records: readonly IndexRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const fetched = await readFetchedFacts(
    to.db,
    records.map((record) => record.recordId),
  );
  const operations = records.map((record) => toOperation(record, fetched.get(record.recordId)));
  const { failed } = await writeBulk(to.client, { target: to.target, operations });
  const first = failed[0];
  if (first !== undefined)
    throw new DocumentsRefusedError(`${failed.length} documents were not indexed, the first (${first.id}): ${first.reason}`);
}

function toOperation(record: IndexRecord, fetched: FetchedFacts | undefined): BulkOperation {
  const id = documentId(record.sourceId, record.oaiIdentifier);
  if (record.deleted || record.metadata === null) return { delete: id, version: record.revision };
  const { oaiIdentifier, datestamp, setSpecs, metadata } = record;
  return {
    index: toDocument({
      ...record,
      header: { oaiIdentifier, datestamp: datestamp ?? '', setSpecs },
      metadata,
      ...(fetched && { fetched }),
    }),
    id,
    version: record.revision,
  };
}
