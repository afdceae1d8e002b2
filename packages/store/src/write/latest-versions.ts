import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database/db.ts';
import { noteUnindexed } from './unindexed.ts';

/**
 * Sets `is_latest_version` right in the concepts of these records, those they left included, and notes the records that
 * it changed in `harvest.unindexed`: each gets a revision, but no history, since it is itself as before. To be called
 * after the records are committed. Returns the ids of what it changed; for most pages it only reads, one statement.
 *
 * Correct whatever runs at the same time: each process looks after its commit, so that the last look sees everything. Rows are locked
 * by ascending id, as everywhere.
 *
 * @param added concepts of records that are new: they have left none, so neither they nor their history are read
 */
export async function markLatestVersions(
  db: Kysely<Database>,
  recordIds: readonly number[],
  added: ConceptsOfNew = nothingNew,
): Promise<number[]> {
  const changed = new Set<number>();
  for (;;) {
    const wrong = recordIds.length + added.concepts.length === 0 ? [] : await findWrong(db, recordIds, added);
    if (wrong.length === 0) return [...changed];
    for (const id of await db.transaction().execute((trx) => setRight(trx, wrong))) changed.add(id);
  }
}

/** The concept DOIs that new records of a source belong to. A new record without one is inserted as the latest, and stays it. */
export interface ConceptsOfNew {
  readonly sourceId: number;
  readonly concepts: readonly string[];
}

const nothingNew: ConceptsOfNew = { sourceId: 0, concepts: [] };

/** The same order as in the views of schema `analytics` and in lookups by concept DOI. */
const newestFirst = sql`publication_date desc nulls last, recid desc nulls last, id`;

async function findWrong(db: Kysely<Database>, recordIds: readonly number[], { sourceId, concepts }: ConceptsOfNew): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with touched as (
      select source_id, concept_doi from public.record where id = any(${recordIds}) and concept_doi is not null
      union
      select r.source_id, before.concept_doi from public.record r
      cross join lateral (
        select h.metadata ->> 'conceptDoi' as concept_doi from public.record_history h
        where h.record_id = r.id order by h.revision desc limit 1) before
      where r.id = any(${recordIds}) and before.concept_doi is not null
      union
      select ${sourceId}::bigint, concept_doi from unnest(${concepts}::text[]) concept_doi
    ), place as (
      select r.id, r.is_latest_version, row_number() over (partition by r.source_id, r.concept_doi order by ${newestFirst}) = 1 as is_latest
      from public.record r join touched using (source_id, concept_doi) where not r.deleted
      union all
      select id, is_latest_version, true from public.record where id = any(${recordIds}) and concept_doi is null and not deleted
    )
    select id from place where is_latest <> is_latest_version order by id
  `.execute(db);
  return rows.map((row) => row.id);
}

async function setRight(trx: Transaction<Database>, ids: readonly number[]): Promise<number[]> {
  await sql`select from public.record where id = any(${ids}) order by id for no key update`.execute(trx);
  const { rows } = await sql<{ id: number; revision: number }>`
    with concept as (
      select distinct source_id, concept_doi from public.record where id = any(${ids}) and concept_doi is not null
    ), place as (
      select r.id, row_number() over (partition by r.source_id, r.concept_doi order by ${newestFirst}) = 1 as is_latest
      from concept join public.record r using (source_id, concept_doi) where not r.deleted
      union all
      select id, true from public.record where id = any(${ids}) and concept_doi is null and not deleted
    )
    update public.record r
    set is_latest_version = place.is_latest, latest_version_changed_at = clock_timestamp(), revision = r.revision + 1
    from place where r.id = place.id and r.id = any(${ids}) and r.is_latest_version <> place.is_latest
    returning r.id, r.revision
  `.execute(trx);
  await noteUnindexed(trx, rows);
  return rows.map((row) => row.id);
}

/** What decides which version of a concept is the latest. */
interface NewVersion {
  readonly concept: string | null;
  /** `2024-05-01`, or null. */
  readonly publicationDate: string | null;
  readonly recid: number | null;
}

/**
 * Of new records, in the order of their ids, the places of those that another one of them supersedes: inserted as such they need
 * no change afterwards. A concept with a date that does not sort as text (of more than four digits, or before Christ) is left to
 * `markLatestVersions`, which has the last word on all others too. Pure.
 */
export function supersededAmong(records: readonly NewVersion[]): Set<number> {
  const latest = new Map<string, number>();
  const superseded = new Set<number>();
  const unclear = new Set<string>();
  for (const [place, { concept, publicationDate }] of records.entries()) {
    if (concept === null) continue;
    if (publicationDate !== null && !/^\d{4}-\d\d-\d\d$/.test(publicationDate)) unclear.add(concept);
    const other = latest.get(concept);
    const isNewer = other === undefined || supersedes(records[place]!, records[other]!);
    if (isNewer) latest.set(concept, place);
    if (other !== undefined) superseded.add(isNewer ? other : place);
  }
  return new Set([...superseded].filter((place) => !unclear.has(records[place]!.concept!)));
}

/** By date, then by number, each of them above none; of equal ones the first stays. */
function supersedes(one: NewVersion, other: NewVersion): boolean {
  const [day, otherDay] = [one.publicationDate ?? '', other.publicationDate ?? ''];
  return day === otherDay ? (one.recid ?? -1) > (other.recid ?? -1) : day > otherDay;
}
