import { type Kysely, type Transaction } from 'kysely';
import { inTransaction, type OpenTransaction } from '../database/connection.ts';
import type { Database, Db } from '../database/db.ts';
import type { ListedContent } from '../database/record-lists.ts';
import { insertFactLists, insertStats, toFactRow } from './fact-rows.ts';
import { type FactsAsOf, type IncomingRecord, incomingRecords, type RecordsOfPage } from './harvested-record.ts';
import { type IndexRecord, readIndexRecords, readPageRecords, readUnsentRecords } from './index-record.ts';
import { markLatestVersions } from './latest-versions.ts';
import { withOtherForm } from './both-forms.ts';
import { withKnownSets, withLastSets } from './memberships.ts';
import { noteUnindexed } from './unindexed.ts';
import { writeCommunities } from './write-communities.ts';
import { writeFacts } from './write-facts.ts';
import { insertLists, replaceLists } from './write-lists.ts';
import {
  contentOf,
  type DatedFactRow,
  InsertedMeanwhile,
  insertRecords,
  copyToHistory,
  lockRecords,
  readHeads,
  stepOf,
  type StoredHead,
  type StoredRecord,
  updateHeaders,
  updateRecords,
  type WrittenRow,
} from './write-rows.ts';
import { type Verdict, verdictOf } from './write-verdict.ts';

/** Options for all pages that are written together. */
export interface WriteOptions {
  readonly sourceId: number;
  /**
   * The pages were written before and are mapped again: tombstones stay what they are, only what is written now is in
   * `toIndex`, and it is noted in `harvest.unindexed` until it was sent.
   */
  readonly remap?: boolean;
  /** There is an index: records that another page has written and not handed over yet are in `toIndex` too. */
  readonly searchable?: boolean;
}

/** The five counts add up to the number of records given. */
export interface WrittenRecords {
  /** New, and not deleted. */
  readonly inserted: number;
  /** Other metadata or sets than before, or back from deletion. */
  readonly changed: number;
  /** The same content as before, whether or not under a newer datestamp. */
  readonly unchanged: number;
  /** Older than what is stored, or than another record on these pages with the same identifier. */
  readonly stale: number;
  /** Became a tombstone now. */
  readonly deleted: number;
  /**
   * Every record that these pages were the last to change, in this call or an earlier one, those that another page has written
   * without having handed them over to the index, and those that became the latest
   * version of their concept by it or no longer are. By ascending recordId.
   */
  readonly toIndex: readonly IndexRecord[];
  /** Some of `toIndex` are noted in `harvest.unindexed`: to be cleared once they were sent. */
  readonly noted: boolean;
}

type Counts = Omit<WrittenRecords, 'toIndex' | 'noted'>;

export interface ClassifiedRecord<Stored> {
  readonly incoming: IncomingRecord;
  readonly stored: Stored | undefined;
  readonly verdict: Verdict;
}

/**
 * Writes the records of pages in one transaction, with at most sixteen statements and a COPY for each list table, however
 * many they are. Afterwards it marks the latest versions, which can be found only among committed records.
 *
 * May be called again, in any order and by several workers at once: the newer (datestamp, page) wins, and where the
 * content is the same nothing is written at all. Other content makes a revision: the old one goes to `record_history`
 * and the lists that differ are replaced. A deleted header leaves a tombstone, which a later record revives.
 *
 * Throws IdentifierTooLongError before anything is written, and what Postgres throws.
 */
export async function writePages(
  db: Db,
  { pages, ...how }: WriteOptions & { readonly pages: readonly RecordsOfPage[] },
): Promise<WrittenRecords> {
  const incoming = incomingRecords(pages, new Date());
  const superseded = pages.reduce((sum, { records }) => sum + records.length, 0) - incoming.length;
  for (let tries = 1; ; tries++) {
    try {
      const written = await writeIncoming(db, how, incoming);
      return { ...written, stale: written.stale + superseded };
    } catch (error) {
      // Each time around another worker has committed records of these pages, so this ends; if it does not, the cause is another.
      if (!(error instanceof InsertedMeanwhile) || tries >= maxTries) throw error;
    }
  }
}

/** Workers that write the same new records at once are a few. */
const maxTries = 100;

/** Writes the records of one page: see `writePages`. */
export async function writeRecords(db: Db, { pageId, records, ...how }: WriteOptions & RecordsOfPage): Promise<WrittenRecords> {
  return writePages(db, { ...how, pages: [{ pageId, records }] });
}

async function writeIncoming(db: Db, how: WriteOptions, incoming: IncomingRecord[]): Promise<WrittenRecords> {
  const heads = await readHeads(
    db,
    how.sourceId,
    incoming.map((it) => it.oaiIdentifier),
  );
  const first = classifyRecords(incoming, heads);
  const pending = first.filter(isWrite);
  const final = pending.length > 0 ? await inTransaction(db, (open) => writePending(open, how, pending)) : [];
  const outcomes = [...first.filter((it) => !isWrite(it)), ...final];
  const own = await toIndex(db, how, first, final);
  const inserted = new Set(final.flatMap((it) => (it.verdict === 'insert' ? [it.incoming.oaiIdentifier] : [])));
  const isInserted = ({ oaiIdentifier }: { readonly oaiIdentifier: string }): boolean => inserted.has(oaiIdentifier);
  const stored = own.filter((record) => !isInserted(record)).map((record) => record.recordId);
  const added = { sourceId: how.sourceId, concepts: conceptsOf(own.filter(isInserted)) };
  const moved = await readIndexRecords(db, await markLatestVersions(db, stored, added));
  const sending = withMoved(own, moved);
  const revisions = await writeFactsOfStored(
    db,
    how,
    incoming.filter((it) => !isInserted(it)),
    // A page that is mapped again may be done already, and then it sends nothing.
    new Set(how.remap ? [] : sending.map(({ recordId }) => recordId)),
  );
  return {
    ...count(outcomes),
    toIndex: withRevisions(sending, revisions),
    noted: moved.length > 0 || revisions.size > 0 || (how.remap === true && own.length > 0),
  };
}

/** Writes the facts of records that were stored before, those of one time together. Returns the new revisions by record. */
async function writeFactsOfStored(
  db: Db,
  { sourceId }: WriteOptions,
  incoming: readonly IncomingRecord[],
  sending: ReadonlySet<number>,
): Promise<ReadonlyMap<number, number>> {
  const all = incoming.filter((it): it is IncomingRecord & { json: FactsAsOf } => it.json !== null);
  const revisions = new Map<number, number>();
  for (const [at, some] of Map.groupBy(all, (it) => it.json.asOf.getTime())) {
    const facts = some.map(({ oaiIdentifier, json }) => ({ oaiIdentifier, facts: json.facts }));
    const written = await writeFacts(db, sourceId, facts, new Date(at), { sending });
    for (const [id, revision] of written.revisions) revisions.set(id, revision);
  }
  return revisions;
}

/** The document that is sent has the facts, and so it has their revision. */
const withRevisions = (records: readonly IndexRecord[], revisions: ReadonlyMap<number, number>): IndexRecord[] =>
  records.map((record) => ({ ...record, revision: Math.max(record.revision, revisions.get(record.recordId) ?? 0) }));

const conceptsOf = (records: readonly IndexRecord[]): string[] => [
  ...new Set(records.flatMap(({ metadata }) => metadata?.conceptDoi ?? [])),
];

export function classifyRecords<Stored extends StoredHead>(
  incoming: readonly IncomingRecord[],
  stored: Map<string, Stored>,
): ClassifiedRecord<Stored>[] {
  const now = new Date();
  return incoming.map((it) => {
    const known = stored.get(it.oaiIdentifier);
    return { incoming: it, stored: known, verdict: verdictOf(known, it, now) };
  });
}

const isWrite = (classified: ClassifiedRecord<unknown>): boolean =>
  classified.verdict === 'insert' || classified.verdict === 'change' || classified.verdict === 'header-changed';

type Outcome = ClassifiedRecord<StoredRecord | StoredHead> & { readonly row?: WrittenRow };

/**
 * No deadlocks: a worker first locks the rows that exist, by ascending id, then inserts the others, by ascending
 * identifier, and never goes back. If one of those exists by now it starts again, holding nothing.
 */
async function writePending(open: OpenTransaction, how: WriteOptions, pending: ClassifiedRecord<StoredHead>[]): Promise<Outcome[]> {
  const { trx } = open;
  const locked = await lockRecords(
    trx,
    pending.flatMap(({ stored }) => stored?.id ?? []),
  );
  const classified = classifyLocked(
    pending.map((it) => it.incoming),
    locked,
    how,
  );
  const inserted = await insertNew(
    open,
    how.sourceId,
    classified.filter((it) => it.verdict === 'insert'),
  );
  const changed = await changeStored(
    trx,
    classified.filter((it) => it.verdict === 'change'),
  );
  const headersChanged = await changeHeaders(
    trx,
    classified.filter((it) => it.verdict === 'header-changed'),
  );
  if (how.remap) await noteUnindexed(trx, [...inserted, ...changed, ...headersChanged]);
  const rows = new Map([...inserted, ...changed, ...headersChanged].map((row) => [row.oai_identifier, row]));
  return classified.map((it) => {
    const row = rows.get(it.incoming.oaiIdentifier);
    return row ? { ...it, row } : it;
  });
}

/** Classifies records whose stored rows are locked, so the result is final. */
export function classifyLocked(
  incoming: readonly IncomingRecord[],
  locked: Map<string, StoredRecord>,
  { remap }: Pick<WriteOptions, 'remap'>,
): ClassifiedRecord<StoredRecord>[] {
  const classified = classifyRecords(
    incoming.map((it) => withStored(it, locked.get(it.oaiIdentifier))),
    locked,
  );
  return classified.map((it) => (remap && it.stored?.deleted && !it.incoming.deleted ? { ...it, verdict: 'stale' } : it));
}

/** A harvested record with what is known of the stored one and does not come with it. */
function withStored(incoming: IncomingRecord, stored: StoredRecord | undefined): IncomingRecord {
  if (stored === undefined) return incoming;
  if (incoming.deleted) return withLastSets(incoming, stored.set_specs);
  return withOtherForm(withNewerSets(incoming, stored), stored);
}

/** Sets from a later page of ListIdentifiers stay, whenever this page is written. */
function withNewerSets(incoming: IncomingRecord, stored: StoredRecord): IncomingRecord {
  const known = !stored.deleted && stored.sets_page_id !== null && stored.sets_page_id > incoming.pageId;
  return known ? withKnownSets(incoming, stored.set_specs) : incoming;
}

async function insertNew(open: OpenTransaction, sourceId: number, classified: ClassifiedRecord<StoredRecord>[]): Promise<WrittenRow[]> {
  if (classified.length === 0) return [];
  const incoming = classified.map((it) => it.incoming);
  const facts = new Map(incoming.flatMap((it) => factsOf(it)));
  const rows = await insertRecords(open, sourceId, incoming, facts);
  const ids = new Map(rows.map((row) => [row.oai_identifier, row.id]));
  const idOf = (identifier: string): number => must(ids.get(identifier));
  await insertLists(
    open.client,
    incoming.map((it) => ({ recordId: idOf(it.oaiIdentifier), content: facts.has(it.oaiIdentifier) ? withoutReferences(it) : it })),
  );
  if (facts.size > 0) await insertFacts(open, sourceId, [...facts.values()], idOf);
  return rows;
}

/** The facts have the references with their identifiers, and are inserted instead. */
const withoutReferences = (content: ListedContent): ListedContent => ({
  ...content,
  metadata: content.metadata && { ...content.metadata, references: [] },
});

const factsOf = ({ oaiIdentifier, json, deleted }: IncomingRecord): [string, DatedFactRow][] =>
  json === null || deleted ? [] : [[oaiIdentifier, { row: toFactRow({ oaiIdentifier, facts: json.facts }), asOf: json.asOf }]];

/** Inserts the lists, statistics and communities among facts, of records that were inserted with them. */
async function insertFacts(
  { trx, client }: OpenTransaction,
  sourceId: number,
  facts: readonly DatedFactRow[],
  idOf: (identifier: string) => number,
): Promise<void> {
  await insertFactLists(
    client,
    facts.map(({ row }) => ({ recordId: idOf(row.identifier), lists: row.lists })),
  );
  await insertStats(
    client,
    facts.map(({ row, asOf }) => ({ recordId: idOf(row.identifier), at: asOf, counts: row.counts })),
  );
  for (const [at, some] of Map.groupBy(facts, ({ asOf }) => asOf.getTime()))
    await writeCommunities(
      trx,
      sourceId,
      some.flatMap(({ row }) => row.communities),
      new Date(at),
    );
}

async function changeStored(trx: Transaction<Database>, classified: ClassifiedRecord<StoredRecord>[]): Promise<WrittenRow[]> {
  if (classified.length === 0) return [];
  const changes = classified.map(({ incoming, stored }) => ({ incoming, stored: must(stored) }));
  const at = await copyToHistory(
    trx,
    changes.map(({ incoming, stored }) => stepOf(stored, incoming.pageId, incoming)),
  );
  const rows = await updateRecords(trx, at, changes);
  await replaceLists(
    trx,
    changes.map(({ incoming, stored }) => ({
      recordId: stored.id,
      before: contentOf(stored),
      after: incoming,
      issuesChanged: stored.issues_hash?.toString('hex') !== (incoming.issuesHash ?? undefined),
    })),
  );
  return rows;
}

async function changeHeaders(trx: Transaction<Database>, classified: ClassifiedRecord<StoredRecord>[]): Promise<WrittenRow[]> {
  if (classified.length === 0) return [];
  const changes = classified.map(({ incoming, stored }) => ({ incoming, stored: must(stored) }));
  const rows = await updateHeaders(trx, changes);
  await replaceLists(
    trx,
    changes.map(({ incoming, stored }) => ({
      recordId: stored.id,
      before: incoming,
      after: incoming,
      issuesChanged: stored.issues_hash?.toString('hex') !== (incoming.issuesHash ?? undefined),
    })),
  );
  return rows;
}

function count(outcomes: readonly Outcome[]): Counts {
  const counts = { inserted: 0, changed: 0, unchanged: 0, stale: 0, deleted: 0 };
  for (const outcome of outcomes) counts[countedAs(outcome)]++;
  return counts;
}

function countedAs({ verdict, incoming, stored }: Outcome): keyof Counts {
  switch (verdict) {
    case 'insert':
      return incoming.deleted ? 'deleted' : 'inserted';
    case 'change':
      return incoming.deleted && stored && 'deleted' in stored && !stored.deleted ? 'deleted' : 'changed';
    case 'header-changed':
      return 'unchanged';
    default:
      return verdict;
  }
}

async function toIndex(
  db: Kysely<Database>,
  how: WriteOptions,
  first: readonly Outcome[],
  final: readonly Outcome[],
): Promise<IndexRecord[]> {
  const now = final.flatMap(({ incoming, row }) => (row ? indexRecord(how.sourceId, incoming, row) : []));
  if (how.remap) return now.sort((a, b) => a.recordId - b.recordId);
  const before = first.flatMap((it) =>
    !isWrite(it) && it.stored?.page_id === it.incoming.pageId ? [{ id: it.stored.id, pageId: it.incoming.pageId }] : [],
  );
  const again = await readPageRecords(db, before);
  const others = [...first, ...final].flatMap((it) =>
    !('row' in it) && it.stored && it.stored.page_id !== it.incoming.pageId ? [it.stored.id] : [],
  );
  const unsent = how.searchable ? await readUnsentRecords(db, others) : [];
  const byId = new Map([...unsent, ...again, ...now].map((record) => [record.recordId, record]));
  return [...byId.values()].sort((a, b) => a.recordId - b.recordId);
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
