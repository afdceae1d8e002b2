import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** A record that has to be in search: it is not deleted, and its metadata could be mapped. */
export interface SearchableMark {
  readonly recordId: number;
  readonly revision: number;
  /** Of its statistics; 0 without any. */
  readonly statsRevision: number;
}

/** The next records of a source after a number that have to be in search, by ascending recordId. */
export async function searchableRecords(db: Kysely<Database>, sourceId: number, afterId: number, limit: number): Promise<SearchableMark[]> {
  const { rows } = await sql<SearchableMark>`
    select r.id as "recordId", r.revision, coalesce(s.revision, 0) as "statsRevision"
    from public.record r left join public.record_stats s on s.record_id = r.id
    where r.source_id = ${sourceId} and r.id > ${afterId} and not r.deleted and r.metadata is not null
    order by r.id limit ${limit}`.execute(db);
  return rows;
}

/** The OAI identifiers of these records; those that are gone are left out. */
export async function identifiersOf(db: Kysely<Database>, recordIds: readonly number[]): Promise<string[]> {
  const { rows } = await sql<{ oai_identifier: string }>`
    select oai_identifier from public.record where id = any(${recordIds}) order by id`.execute(db);
  return rows.map((row) => row.oai_identifier);
}

/** Work that is still in progress for a source or was left behind, apart from its runs and windows. */
export interface Backlog {
  /** Pages that are not in SQL yet, or, if there is an index, not in search. */
  readonly pendingPages: number;
  /** Of these, the pages that failed as often as a page is tried. */
  readonly failedPages: number;
  /** Records that are to be sent to the index again. */
  readonly unindexed: number;
  /** Records whose documents the index refuses as they are now. */
  readonly refused: number;
  /** Records that could not be read. */
  readonly quarantined: number;
  /** Records held back because too many vanished at once. */
  readonly held: number;
  /** Live records whose metadata could not be mapped. */
  readonly unmapped: number;
  readonly live: number;
  readonly deleted: number;
}

/** @param maxTries how often a page is tried before it is set aside */
export async function backlogOf(db: Kysely<Database>, sourceId: number, searchable: boolean, maxTries: number): Promise<Backlog> {
  const open = searchable ? sql`p.state <> 'done'` : sql`p.state = 'fetched'`;
  const { rows } = await sql<Backlog>`
    select pages.*, records.*,
      (select count(*) from harvest.unindexed u join public.record r on r.id = u.record_id where r.source_id = ${sourceId} and u.refusal is null) as unindexed,
      (select count(*) from harvest.unindexed u join public.record r on r.id = u.record_id and r.revision = u.revision
        where r.source_id = ${sourceId} and u.refusal is not null) as refused,
      (select count(*) from harvest.quarantine where source_id = ${sourceId}) as quarantined,
      (select count(*) from harvest.suspect where source_id = ${sourceId} and state = 'held') as held
    from (
      select count(*) as "pendingPages", count(*) filter (where tries >= ${maxTries}) as "failedPages"
      from harvest.page p where p.source_id = ${sourceId} and p.content is not null and ${open}
    ) pages, (
      select count(*) filter (where not deleted) as live, count(*) filter (where deleted) as deleted,
        count(*) filter (where not deleted and metadata is null) as unmapped
      from public.record where source_id = ${sourceId}
    ) records`.execute(db);
  return rows[0]!;
}
