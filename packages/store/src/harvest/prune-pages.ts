import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** Pages of a source whose bytes are no longer needed. */
export interface PrunablePages {
  readonly source: string;
  readonly pages: number;
  /** Compressed, as they lie in the database. */
  readonly bytes: number;
}

/** Which superseded pages lose their bytes. */
export interface PageRetention {
  /** Whether there is an index that pages have to reach. */
  readonly searchable: boolean;
  /** Days since the run of a page has ended. */
  readonly days: number;
}

/**
 * A page is superseded when its run has ended, its records are through (in search, or in SQL if there is no index), and a later run of the
 * same source and metadataPrefix has completely walked everything that its run asked for. So the pages of the last
 * complete full run stay, those of all incremental runs since, and those of anything that is not finished or going to be mapped again.
 */
function superseded({ searchable, days }: PageRetention): RawBuilder<unknown> {
  return sql`
    p.content is not null and not p.remap and p.state in (${sql.join(searchable ? ['done'] : ['done', 'stored'])}) and r.state <> 'running'
    and (${days}::int = 0 or r.finished_at < now() - ${days}::int * interval '1 day')
    and exists (
      select from harvest.run l
      where l.source_id = r.source_id and l.metadata_prefix = r.metadata_prefix and l.id > r.id and l.state = 'complete'
        and l.kind = any (case r.kind when 'membership' then '{membership,full}'::text[] else '{full,dump}' end)
        and l.from_datestamp is null and (l.until_datestamp >= r.until_datestamp or l.until_datestamp is null)
        and (l.set_specs = '{}' or (r.set_specs <> '{}' and r.set_specs <@ l.set_specs))
    )`;
}

const pagesWithRuns = sql`harvest.page p join harvest.window w on w.id = p.window_id join harvest.run r on r.id = w.run_id`;

/** The pages whose bytes {@link prunePages} would delete, by source. */
export async function prunablePages(db: Kysely<Database>, retention: PageRetention): Promise<PrunablePages[]> {
  const { rows } = await sql<PrunablePages>`
    select s.name as source, count(*) as pages, sum(octet_length(p.content)) as bytes
    from ${pagesWithRuns} join harvest.source s on s.id = p.source_id
    where ${superseded(retention)} group by s.name order by s.name
  `.execute(db);
  return rows;
}

/**
 * Deletes the bytes of superseded pages, at most `limit`, and returns how many pages and bytes that were. Their rows stay, since the ledger
 * records what was requested. PostgreSQL uses the space again; the file system does not get it back.
 */
export async function prunePages(
  db: Kysely<Database>,
  retention: PageRetention,
  limit: number,
): Promise<{ readonly pages: number; readonly bytes: number }> {
  const { rows } = await sql<{ pages: number; bytes: number }>`
    with due as materialized (
      select p.id, octet_length(p.content) as bytes from ${pagesWithRuns} where ${superseded(retention)} limit ${limit} for update of p skip locked
    ), pruned as (update harvest.page p set content = null from due where p.id = due.id)
    select count(*) as pages, coalesce(sum(bytes), 0) as bytes from due`.execute(db);
  return rows[0]!;
}

/** Lets PostgreSQL use the space of deleted bytes again now, not when autovacuum comes. */
export async function vacuumPages(db: Kysely<Database>): Promise<void> {
  await sql`vacuum harvest.page`.execute(db);
}
