import { countBySource, deleteDocuments, documentId, refresh } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import { listSources, markPagesDone, pagesWithoutDocuments } from '@thresher/store/harvest';
import { clearUnindexed, dropOldRefusals, readIndexRecords } from '@thresher/store/write';
import { indexRecords, type SearchTarget } from './index-records.ts';
import { indexDifferences } from './compare-index.ts';

const batch = 500;

/**
 * Makes the index equal to SQL, whatever happened to it: compares records and documents one by one, sends those that are
 * missing or of another revision, and deletes documents without a live record. Pages that were given up for lack of the index
 * are done then. Records written meanwhile are not harmed, as the newer revision wins. Returns how many records were sent or deleted.
 *
 * @throws as indexRecords does, and the signal's reason
 */
export async function repairIndex(db: Db, search: SearchTarget, signal: AbortSignal): Promise<number> {
  const lackDocuments = await pagesWithoutDocuments(db);
  await refresh(search.client, search.alias);
  const known = new Set((await listSources(db)).map(({ id }) => String(id)));
  for (const [id] of await countBySource(search.client, search.alias))
    if (!known.has(id)) await deleteDocuments(search.client, search.alias, { sourceId: Number(id) });
  let repaired = 0;
  for (const id of known) repaired += await repairSource(db, search, Number(id), signal);
  await markPagesDone(db, lackDocuments);
  await dropOldRefusals(db);
  await refresh(search.client, search.alias);
  return repaired;
}

async function repairSource(db: Db, search: SearchTarget, sourceId: number, signal: AbortSignal): Promise<number> {
  let repaired = 0;
  let ids: number[] = [];
  const flush = async (): Promise<void> => {
    await repairRecords(db, search, sourceId, ids);
    repaired += ids.length;
    ids = [];
  };
  for await (const { recordId } of indexDifferences(db, search, sourceId, { records: 0, documents: 0 }, signal)) {
    ids.push(recordId);
    if (ids.length >= batch) await flush();
  }
  await flush();
  return repaired;
}

async function repairRecords(db: Db, search: SearchTarget, sourceId: number, recordIds: readonly number[]): Promise<void> {
  if (recordIds.length === 0) return;
  const records = await readIndexRecords(db, recordIds);
  const { accepted } = await indexRecords({ db, client: search.client, target: { alias: search.alias } }, records);
  await clearUnindexed(db, accepted);
  const right = records.filter(({ deleted, metadata }) => !deleted && metadata !== null);
  const keep = right.map((record) => documentId(record.sourceId, record.oaiIdentifier));
  await deleteDocuments(search.client, search.alias, { sourceId, recordIds, keep });
}
