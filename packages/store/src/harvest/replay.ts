import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** Which stored pages are mapped again. All conditions given must hold; none given selects every page. */
export interface PageChoice {
  readonly sourceId?: number | undefined;
  readonly runId?: number | undefined;
  readonly pageId?: number | undefined;
  /** Only pages whose transform failed and that are not through. */
  readonly failed?: boolean | undefined;
}

/** Pages of ListIdentifiers have no metadata, and pruned pages have no bytes. */
const chosen = ({ sourceId, runId, pageId, failed }: PageChoice): RawBuilder<unknown> => sql`
  p.content is not null and p.verb <> 'ListIdentifiers'
  ${sourceId === undefined ? sql`` : sql`and p.source_id = ${sourceId}`}
  ${runId === undefined ? sql`` : sql`and p.window_id in (select id from harvest.window where run_id = ${runId})`}
  ${pageId === undefined ? sql`` : sql`and p.id = ${pageId}`}
  ${failed ? sql`and p.failure is not null and p.state <> 'done'` : sql``}`;

export interface PageCount {
  readonly pages: number;
  readonly records: number;
}

export async function countPages(db: Kysely<Database>, choice: PageChoice): Promise<PageCount> {
  const { rows } = await sql<PageCount>`
    select count(*)::int as pages, coalesce(sum(record_count), 0)::int as records from harvest.page p where ${chosen(choice)}`.execute(db);
  return rows[0]!;
}

/** Ids of chosen pages after one, ascending. */
export async function listPages(db: Kysely<Database>, choice: PageChoice, afterId: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{
    id: number;
  }>`select p.id from harvest.page p where ${chosen(choice)} and p.id > ${afterId} order by p.id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * Lets pages be mapped again, and returns their ids, ascending. Durable: pages that are not done when the process dies are done
 * by the next sweep. Pages that are still on their way for the first time only get their tries back.
 *
 * @param searchable whether pages have to reach an index to be through
 */
export async function planReplay(db: Kysely<Database>, choice: PageChoice, searchable: boolean): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with planned as (
      update harvest.page p
      set remap = ${searchable ? sql`p.state = 'done'` : sql`p.state <> 'fetched'`} or p.remap, tries = 0, begun = 0, failure = null,
          state = ${searchable ? sql`case p.state when 'stored' then 'stored' else 'fetched' end` : sql`'fetched'`}
      where ${chosen(choice)}
      returning p.id
    )
    select id from planned order by id`.execute(db);
  return rows.map((row) => row.id);
}

export interface PageProgress {
  readonly id: number;
  readonly records: number;
  readonly through: boolean;
  readonly tries: number;
  readonly failure: string | null;
}

/** The progress of pages. Deleted pages are missing from the answer. */
export async function pageProgress(db: Kysely<Database>, ids: readonly number[], searchable: boolean): Promise<PageProgress[]> {
  const { rows } = await sql<PageProgress>`
    select id, record_count as records, tries, failure,
           ${searchable ? sql`state = 'done'` : sql`state <> 'fetched'`} as through
    from harvest.page where id = any(${ids})`.execute(db);
  return rows;
}

/** How many records of a source a replay has changed since an instant of the database's clock. */
export async function countRewritten(db: Kysely<Database>, sourceId: number | undefined, since: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from public.record_history h join public.record r on r.id = h.record_id
    where h.replaced_at >= ${since} ${sourceId === undefined ? sql`` : sql`and r.source_id = ${sourceId}`}`.execute(db);
  return rows[0]!.n;
}

/** The database's clock. */
export async function databaseNow(db: Kysely<Database>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return rows[0]!.now;
}
