import { type Kysely, type Transaction } from 'kysely';
import { inTransaction, type OpenTransaction } from './connection.ts';
import type { Database, Db } from './db.ts';
import { type HarvestedRecord, type IncomingRecord, incomingRecords } from './harvested-record.ts';
import { type IndexRecord, readIndexRecords, readPageRecords } from './index-record.ts';
import { markLatestVersions } from './latest-versions.ts';
import { listRows } from './list-rows.ts';
import { withKnownSets } from './memberships.ts';
import { noteUnindexed } from './unindexed.ts';
import { insertLists, replaceLists } from './write-lists.ts';
import {
  InsertedMeanwhile,
  insertRecords,
  keepHistory,
  lockRecords,
  readHeads,
  type StoredHead,
  type StoredRecord,
  touchRecords,
  updateRecords,
  type WrittenRow,
  stepOf,
} from './write-rows.ts';
import { type Verdict, verdict } from './write-verdict.ts';

export interface HarvestedPage {
  readonly sourceId: number;
  readonly pageId: number;
  readonly records: readonly HarvestedRecord[];
  /**
   * The page was written before and is mapped again: tombstones stay what they are, only what is written now is in
   * `toIndex`, and it is noted in `harvest.unindexed` until it was sent.
   */
  readonly remap?: boolean;
}

/** The five counts add up to the number of records given. */
export interface WrittenPage {
  /** New, and not deleted. */
  readonly inserted: number;
  /** Other metadata or sets than before, or back from deletion. */
  readonly changed: number;
  /** The same content as before, whether or not under a newer datestamp. */
  readonly unchanged: number;
  /** Older than what is stored, or than another record of this page with the same identifier. */
  readonly stale: number;
  /** Became a tombstone now. */
  readonly deleted: number;
  /**
   * Every record that this page was the last to change, in this call or an earlier one, and those that became the latest
   * version of their concept by it or no longer are. By ascending recordId.
   */
  readonly toIndex: readonly IndexRecord[];
  /** Some of `toIndex` are noted in `harvest.unindexed`: to be cleared once they were sent. */
  readonly noted: boolean;
}

type Counts = Omit<WrittenPage, 'toIndex' | 'noted'>;

export interface Judged<Stored> {
  readonly incoming: IncomingRecord;
  readonly stored: Stored | undefined;
  readonly verdict: Verdict;
}

/**
 * Writes the records of one page in one transaction, with at most sixteen statements and a COPY for each list table,
 * whatever its size. Then, since that can be told only of what is committed, it sets right which versions are the latest.
 *
 * May be called again, in any order and by several workers at once: the newer (datestamp, page) wins, and where the
 * content is the same nothing is written at all. Other content makes a revision: the old one goes to `record_history`
 * and the lists that differ are replaced. A deleted header leaves a tombstone, which a later record revives.
 *
 * Throws IdentifierTooLongError before anything is written, and what Postgres throws.
 */
export async function writeRecords(db: Db, page: HarvestedPage): Promise<WrittenPage> {
  const incoming = incomingRecords(page.records);
  for (;;) {
    try {
      return await writeIncoming(db, page, incoming);
    } catch (error) {
      // Each time around another worker has committed records of this page, so this ends.
      if (!(error instanceof InsertedMeanwhile)) throw error;
    }
  }
}

async function writeIncoming(db: Db, page: HarvestedPage, incoming: IncomingRecord[]): Promise<WrittenPage> {
  const heads = await readHeads(
    db,
    page.sourceId,
    incoming.map((it) => it.oaiIdentifier),
  );
  const first = judge(incoming, heads, page.pageId);
  const pending = first.filter(isWrite);
  const final = pending.length > 0 ? await inTransaction(db, (open) => writePending(open, page, pending)) : [];
  const outcomes = [...first.filter((it) => !isWrite(it)), ...final];
  const counts = count(outcomes);
  const superseded = page.records.length - incoming.length;
  const own = await toIndex(db, page, first, final);
  const moved = await readIndexRecords(
    db,
    await markLatestVersions(
      db,
      own.map((record) => record.recordId),
    ),
  );
  return {
    ...counts,
    stale: counts.stale + superseded,
    toIndex: withMoved(own, moved),
    noted: moved.length > 0 || (page.remap === true && own.length > 0),
  };
}

export function judge<Stored extends StoredHead>(
  incoming: readonly IncomingRecord[],
  stored: Map<string, Stored>,
  pageId: number,
): Judged<Stored>[] {
  return incoming.map((it) => {
    const known = stored.get(it.oaiIdentifier);
    return { incoming: it, stored: known, verdict: verdict(known, it, pageId) };
  });
}

function isWrite(judged: Judged<unknown>): boolean {
  return judged.verdict === 'insert' || judged.verdict === 'change' || judged.verdict === 'touch';
}

type Outcome = Judged<StoredRecord | StoredHead> & { readonly row?: WrittenRow };

/**
 * No deadlocks: a worker first locks the rows that exist, by ascending id, then inserts the others, by ascending
 * identifier, and never goes back. If one of those exists by now it starts again, holding nothing.
 */
async function writePending(open: OpenTransaction, page: HarvestedPage, pending: Judged<StoredHead>[]): Promise<Outcome[]> {
  const { trx } = open;
  const locked = await lockRecords(
    trx,
    pending.flatMap(({ stored }) => stored?.id ?? []),
  );
  const judged = judgeLocked(
    pending.map((it) => it.incoming),
    locked,
    page,
  );
  const inserted = await insertNew(
    open,
    page,
    judged.filter((it) => it.verdict === 'insert'),
  );
  const changed = await changeStored(
    trx,
    page,
    judged.filter((it) => it.verdict === 'change'),
  );
  const touched = await touchStored(
    trx,
    page,
    judged.filter((it) => it.verdict === 'touch'),
  );
  if (page.remap) await noteUnindexed(trx, [...inserted, ...changed, ...touched]);
  const rows = new Map([...inserted, ...changed, ...touched].map((row) => [row.oai_identifier, row]));
  return judged.map((it) => {
    const row = rows.get(it.incoming.oaiIdentifier);
    return row ? { ...it, row } : it;
  });
}

/** What is to be written, now that nobody else can change what is stored. */
export function judgeLocked(
  incoming: readonly IncomingRecord[],
  locked: Map<string, StoredRecord>,
  page: Pick<HarvestedPage, 'pageId' | 'remap'>,
): Judged<StoredRecord>[] {
  const judged = judge(
    incoming.map((it) => withNewerSets(it, locked, page.pageId)),
    locked,
    page.pageId,
  );
  return judged.map((it) => (page.remap && it.stored?.deleted && !it.incoming.deleted ? { ...it, verdict: 'stale' } : it));
}

/** Sets that a later page of ListIdentifiers told of stay, whenever this page is written. */
function withNewerSets(incoming: IncomingRecord, locked: Map<string, StoredRecord>, pageId: number): IncomingRecord {
  const stored = locked.get(incoming.oaiIdentifier);
  const known = stored !== undefined && !stored.deleted && stored.sets_page_id !== null && stored.sets_page_id > pageId;
  return known ? withKnownSets(incoming, stored.set_specs) : incoming;
}

async function insertNew(open: OpenTransaction, page: HarvestedPage, judged: Judged<StoredRecord>[]): Promise<WrittenRow[]> {
  if (judged.length === 0) return [];
  const rows = await insertRecords(
    open,
    page,
    judged.map((it) => it.incoming),
  );
  const ids = new Map(rows.map((row) => [row.oai_identifier, row.id]));
  await insertLists(
    open.client,
    judged.map(({ incoming }) => ({ recordId: must(ids.get(incoming.oaiIdentifier)), rows: rowsOf(incoming) })),
  );
  return rows;
}

async function changeStored(trx: Transaction<Database>, page: HarvestedPage, judged: Judged<StoredRecord>[]): Promise<WrittenRow[]> {
  if (judged.length === 0) return [];
  const changes = judged.map(({ incoming, stored }) => ({ incoming, stored: must(stored) }));
  const at = await keepHistory(
    trx,
    page.pageId,
    changes.map(({ incoming, stored }) =>
      stepOf(stored.id, { deleted: stored.deleted, setSpecs: stored.set_specs, metadata: stored.metadata }, incoming),
    ),
  );
  const rows = await updateRecords(trx, page.pageId, at, changes);
  await replaceLists(
    trx,
    changes.map(({ incoming, stored }) => ({
      recordId: stored.id,
      before: listRows(stored.metadata, stored.set_specs, []),
      after: rowsOf(incoming),
      issuesChanged: stored.issues_hash?.toString('hex') !== (incoming.issuesHash ?? undefined),
    })),
  );
  return rows;
}

async function touchStored(trx: Transaction<Database>, page: HarvestedPage, judged: Judged<StoredRecord>[]): Promise<WrittenRow[]> {
  if (judged.length === 0) return [];
  const changes = judged.map(({ incoming, stored }) => ({ incoming, stored: must(stored) }));
  const rows = await touchRecords(trx, page.pageId, changes);
  await replaceLists(
    trx,
    changes.map(({ incoming, stored }) => ({
      recordId: stored.id,
      before: rowsOf(incoming),
      after: rowsOf(incoming),
      issuesChanged: stored.issues_hash?.toString('hex') !== (incoming.issuesHash ?? undefined),
    })),
  );
  return rows;
}

function rowsOf(incoming: IncomingRecord) {
  return listRows(incoming.metadata, incoming.setSpecs, incoming.issues);
}

function count(outcomes: readonly Outcome[]): Counts {
  const counts = { inserted: 0, changed: 0, unchanged: 0, stale: 0, deleted: 0 };
  for (const outcome of outcomes) counts[countedAs(outcome)]++;
  return counts;
}

function countedAs({ verdict: judgement, incoming, stored }: Outcome): keyof Counts {
  switch (judgement) {
    case 'insert':
      return incoming.deleted ? 'deleted' : 'inserted';
    case 'change':
      return incoming.deleted && stored && 'deleted' in stored && !stored.deleted ? 'deleted' : 'changed';
    case 'touch':
      return 'unchanged';
    default:
      return judgement;
  }
}

async function toIndex(
  db: Kysely<Database>,
  page: HarvestedPage,
  first: readonly Outcome[],
  final: readonly Outcome[],
): Promise<IndexRecord[]> {
  const now = final.flatMap(({ incoming, row }) => (row ? indexRecord(page.sourceId, incoming, row) : []));
  if (page.remap) return now.sort((a, b) => a.recordId - b.recordId);
  const before = first.flatMap((it) => (!isWrite(it) && it.stored?.page_id === page.pageId ? it.stored.id : []));
  const again = await readPageRecords(db, before, page.pageId);
  return [...now, ...again].sort((a, b) => a.recordId - b.recordId);
}

/** Those whose place among the versions moved have a later revision. */
function withMoved(own: readonly IndexRecord[], moved: readonly IndexRecord[]): IndexRecord[] {
  const byId = new Map([...own, ...moved].map((record) => [record.recordId, record]));
  return [...byId.values()].sort((a, b) => a.recordId - b.recordId);
}

function indexRecord(sourceId: number, incoming: IncomingRecord, row: WrittenRow): IndexRecord {
  return {
    recordId: row.id,
    sourceId,
    oaiIdentifier: incoming.oaiIdentifier,
    revision: row.revision,
    deleted: incoming.deleted,
    isLatestVersion: row.is_latest_version,
    metadata: incoming.metadata,
    setSpecs: incoming.setSpecs,
    datestamp: incoming.datestamp?.toISOString() ?? null,
    firstSeenAt: row.first_seen_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a record that was locked or inserted has no row');
  return value;
}
