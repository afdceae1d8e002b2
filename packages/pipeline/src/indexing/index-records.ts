import {
  type BulkOperation,
  type BulkWrite,
  documentId,
  documentVersion,
  type FetchedFacts,
  type SearchClient,
  toDocument,
  writeBulk,
} from '@thresher/search';
import { measure } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import { readIndexFacts } from '@thresher/store/read';
import {
  clearUnindexed,
  type IndexRecord,
  markLatestVersions,
  noteRefusals,
  readUnindexed,
  type Refusal,
  type SentRecord,
} from '@thresher/store/write';
import { DocumentsWaitError } from './search-fault.ts';

/** The search index; null if there is no Elasticsearch: everything else works then. */
export interface SearchTarget {
  readonly client: SearchClient;
  readonly alias: string;
}

const unindexedBatch = 500;

/**
 * Sends the index what it has still to receive: records that changed otherwise than by a page, and those that were missing.
 * May run in several processes at once. Returns how many were sent.
 *
 * @throws as indexRecords does
 */
export async function sendUnindexed(db: Db, search: SearchTarget): Promise<number> {
  for (let sent = 0; ;) {
    const records = await readUnindexed(db, unindexedBatch);
    if (records.length === 0) return sent;
    await markLatestVersions(
      db,
      records.map((record) => record.recordId),
    );
    const { accepted } = await indexRecords({ db, client: search.client, target: { alias: search.alias } }, records);
    await clearUnindexed(db, accepted);
    sent += records.length;
  }
}

/** What became of records that were sent. */
export interface SentRecords {
  readonly accepted: readonly SentRecord[];
  /** Their documents do not fit the mapping: that is noted, and visible among the failures. */
  readonly refused: readonly Refusal[];
}

/**
 * Sends records to the index: a document each, a deletion for a tombstone. A document that Elasticsearch refuses holds up
 * no other.
 *
 * @throws DocumentsWaitError, BulkRequestError or IndexMissingError if the index accepts nothing: see `searchFault`.
 */
export async function indexRecords(
  to: { readonly db: Db; readonly client: SearchClient; readonly target: BulkWrite['target'] },
  records: readonly IndexRecord[],
): Promise<SentRecords> {
  if (records.length === 0) return { accepted: [], refused: [] };
  const fetched = await readIndexFacts(
    to.db,
    records.map((record) => record.recordId),
  );
  const operations = records.map((record) => toOperation(record, fetched.get(record.recordId)));
  const sent = ({ recordId, revision }: IndexRecord): SentRecord => ({
    recordId,
    revision,
    statsRevision: fetched.get(recordId)?.statsRevision ?? 0,
  });
  const { failed, ...done } = await writeBulk(to.client, {
    target: to.target,
    operations,
    onRetry: (documents) => measure('bulkRetries', {}, documents),
  }).catch((error: unknown) => {
    measure('bulkErrors', {});
    throw error;
  });
  const waiting = failed.filter(({ cause }) => cause !== 'document');
  for (const [outcome, documents] of Object.entries({ ...done, waiting: waiting.length, refused: failed.length - waiting.length }))
    if (documents > 0) measure('bulkDocuments', { outcome }, documents);
  if (waiting.length > 0)
    throw new DocumentsWaitError(`Elasticsearch accepts no documents now: HTTP ${waiting[0]!.status}, ${oneLine(waiting[0]!.reason)}`);
  const reasons = new Map(failed.map(({ id, reason }) => [id, reason]));
  const reasonOf = (record: IndexRecord) => reasons.get(documentId(record.sourceId, record.oaiIdentifier));
  const refused = records.flatMap((record) => {
    const reason = reasonOf(record);
    return reason === undefined ? [] : [{ ...sent(record), reason: oneLine(reason) }];
  });
  await noteRefusals(to.db, refused);
  return { accepted: records.filter((record) => reasonOf(record) === undefined).map(sent), refused };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 500);

function toOperation(record: IndexRecord, fetched: FetchedFacts | undefined): BulkOperation {
  const id = documentId(record.sourceId, record.oaiIdentifier);
  const version = documentVersion(record.revision, fetched?.statsRevision ?? 0);
  if (record.deleted || record.metadata === null) return { delete: id, version };
  return { index: toDocument({ ...record, metadata: record.metadata, ...(fetched && { fetched }) }), id, version };
}
