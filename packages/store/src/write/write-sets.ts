import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database/db.ts';
import type { RecordHeader } from './harvested-record.ts';
import { sameSets, withSets } from './memberships.ts';
import { metadataHash } from './metadata-hash.ts';
import { noteUnindexed } from './unindexed.ts';
import { replaceLists } from './write-lists.ts';
import { contentOf, copyToHistory, lockRecords, stepOf, type StoredRecord, updateSets } from './write-rows.ts';

/** A page of ListIdentifiers. */
export interface HeaderPage {
  readonly sourceId: number;
  readonly pageId: number;
  /** The set whose list it is; null for a list of everything. */
  readonly setSpec: string | null;
  readonly headers: readonly Omit<RecordHeader, 'datestamp'>[];
}

/**
 * Gives stored records the sets that a page of ListIdentifiers shows: a header names all of them. (If it does not even
 * name the set whose list it is in, the server leaves them out, and only that one is added.) Datestamps stay, since
 * joining a community does not change them; all else is as for any change: a revision, its history, a note that the
 * index needs it. What a later page wrote, tombstones, and records that are not stored are left alone, so a page
 * may come twice and in any order. Returns how many records changed.
 */
export async function writeHeaders(db: Kysely<Database>, page: HeaderPage): Promise<number> {
  const listed = new Map(page.headers.filter((header) => !header.deleted).map((header) => [header.identifier, header]));
  const setsOf: SetsOf = (identifier, stored) => setsByHeader(stored, listed.get(identifier), page.setSpec);
  const ids = await withOtherSets(db, page.sourceId, [...listed.keys()], setsOf);
  return changeSets(db, ids, (record) =>
    isOlder(record, page.pageId) ? { pageId: page.pageId, sets: setsOf(record.oai_identifier, record.set_specs) } : null,
  );
}

type SetsOf = (identifier: string, stored: readonly string[]) => readonly string[];

function setsByHeader(
  stored: readonly string[],
  header: HeaderPage['headers'][number] | undefined,
  listedIn: string | null,
): readonly string[] {
  if (header === undefined) return stored;
  const names = (setSpec: string) => header.setSpecs.some((one) => one === setSpec || one.startsWith(`${setSpec}:`));
  return [...new Set(listedIn === null || names(listedIn) ? header.setSpecs : [...stored, listedIn])];
}

/** A record that a whole list of a set does not name any more. */
export interface LeftSet {
  readonly recordId: number;
  readonly setSpec: string;
  /** The last page of that list. */
  readonly pageId: number;
}

/**
 * Takes records out of sets that they were stored in; what a later page wrote stays. A record that has left several sets has to be given
 * with all of them at once: lists of sets are read in any order, and the page of one list says nothing about another set. Returns how
 * many records changed.
 */
export async function leaveSets(db: Kysely<Database>, left: readonly LeftSet[]): Promise<number> {
  const byRecord = Map.groupBy(left, ({ recordId }) => recordId);
  return changeSets(db, [...byRecord.keys()], (record) => {
    const known = byRecord.get(record.id)!.filter(({ pageId }) => isOlder(record, pageId));
    if (known.length === 0) return null;
    const gone = new Set(known.map(({ setSpec }) => setSpec));
    return { pageId: Math.max(...known.map(({ pageId }) => pageId)), sets: record.set_specs.filter((setSpec) => !gone.has(setSpec)) };
  });
}

async function withOtherSets(db: Kysely<Database>, sourceId: number, identifiers: readonly string[], setsOf: SetsOf): Promise<number[]> {
  const { rows } = await sql<{ id: number; oai_identifier: string; set_specs: string[] }>`
    select r.id, r.oai_identifier, array(select s.set_spec from public.record_set s where s.record_id = r.id order by s.position) as set_specs
    from public.record r
    where r.source_id = ${sourceId} and r.oai_identifier = any(${identifiers}) and not r.deleted`.execute(db);
  return rows.filter((row) => !sameSets(row.set_specs, setsOf(row.oai_identifier, row.set_specs))).map((row) => row.id);
}

/** The sets that a record has now, and the page that shows them; null leaves it as it is. */
type NextSets = (stored: StoredRecord) => { readonly pageId: number; readonly sets: readonly string[] } | null;

async function changeSets(db: Kysely<Database>, recordIds: readonly number[], next: NextSets): Promise<number> {
  if (recordIds.length === 0) return 0;
  return db.transaction().execute(async (trx) => {
    const locked = [...(await lockRecords(trx, recordIds)).values()];
    const changes = locked.flatMap((stored) => changeOf(stored, next(stored)));
    await writeChanges(trx, changes);
    return changes.length;
  });
}

const isOlder = (stored: StoredRecord, pageId: number): boolean =>
  !stored.deleted && stored.page_id <= pageId && (stored.sets_page_id ?? 0) <= pageId;

function changeOf(stored: StoredRecord, after: ReturnType<NextSets>) {
  if (after === null || sameSets(stored.set_specs, after.sets)) return [];
  const content = { deleted: false, setSpecs: after.sets, metadata: withSets(stored.metadata, stored.set_specs, after.sets) };
  return [{ stored, content, pageId: after.pageId }];
}

async function writeChanges(trx: Transaction<Database>, changes: ReturnType<typeof changeOf>): Promise<void> {
  if (changes.length === 0) return;
  const at = await copyToHistory(
    trx,
    changes.map(({ stored, content, pageId }) => stepOf(stored, pageId, content)),
  );
  const rows = await updateSets(
    trx,
    at,
    changes.map(({ stored, content, pageId }) => ({
      id: stored.id,
      pageId,
      metadata: content.metadata,
      metadataHash: metadataHash(content),
    })),
  );
  await replaceLists(
    trx,
    changes.map(({ stored, content }) => ({
      recordId: stored.id,
      before: contentOf(stored),
      after: content,
      issuesChanged: false,
    })),
  );
  await noteUnindexed(trx, rows);
}
