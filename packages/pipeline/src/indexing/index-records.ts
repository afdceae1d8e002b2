import {
  type BulkOperation,
  type BulkWrite,
  documentId,
  documentVersion,
  fillingAlias,
  type FetchedFacts,
  type IndexSpread,
  IndexMissingError,
  BulkRequestError,
  type SearchClient,
  toDocument,
  writeBulk,
} from '@thresher/search';
import { measure } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import { readIndexFacts } from '@thresher/store/read';
import {
  clearUnindexed,
  listReindexes,
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
  /** Of an index that has to be made; for one node unless specified. */
  readonly spread?: IndexSpread;
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
 * no other. Through an alias they also reach the index that a reindex is filling, so that it lacks nothing when the alias is switched.
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
  // Before the alias: if that is switched in between, the second write reaches the same index.
  if ('alias' in to.target) await writeFilling(to.db, to.client, operations);
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

/**
 * Writes to the indices that a reindex is filling. It notes them before it reads the first record, and records are committed before this
 * looks at the notes: a record that is not sent here is read there.
 */
async function writeFilling(db: Db, client: SearchClient, operations: readonly BulkOperation[]): Promise<void> {
  for (const index of await listReindexes(db))
    try {
      await writeBulk(client, { target: { alias: fillingAlias(index) }, operations, maxAttempts: 2 });
    } catch (error) {
      // Filled or removed meanwhile; or it accepts nothing: the reindex compares all records after the switch.
      if (!(error instanceof IndexMissingError || error instanceof BulkRequestError)) throw error;
    }
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 500);

function toOperation(record: IndexRecord, fetched: FetchedFacts | undefined): BulkOperation {
  const id = documentId(record.sourceId, record.oaiIdentifier);
  const version = documentVersion(record.revision, fetched?.statsRevision ?? 0);
  if (record.deleted || record.metadata === null) return { delete: id, version };
  return { index: toDocument({ ...record, metadata: record.metadata, ...(fetched && { fetched }) }), id, version };
}
