import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** Pages of a source whose bytes are no longer needed. */
export interface PrunablePages {
  readonly source: string;
  readonly pages: number;
  /** Compressed, as they lie in the database. */
  readonly bytes: number;
}

/**
 * A page is superseded when its run has ended, its records are through (in search, or in SQL if there is no index), and a later run of the
 * same source and metadataPrefix has completely walked everything that its run asked for. So the pages of the last
 * complete full run stay, those of all incremental runs since, and those of anything that is not finished.
 */
function superseded(searchable: boolean): RawBuilder<unknown> {
  return sql`
    p.content is not null and p.state in (${sql.join(searchable ? ['done'] : ['done', 'stored'])}) and r.state <> 'running'
    and exists (
      select from harvest.run l
      where l.source_id = r.source_id and l.metadata_prefix = r.metadata_prefix and l.id > r.id and l.state = 'complete'
        and l.kind = any (case r.kind when 'membership' then '{membership,full}'::text[] else '{full,dump}' end)
        and l.from_datestamp is null and (l.until_datestamp >= r.until_datestamp or l.until_datestamp is null)
        and (l.set_specs = '{}' or (r.set_specs <> '{}' and r.set_specs <@ l.set_specs))
    )`;
}

const pagesWithRuns = sql`harvest.page p join harvest.window w on w.id = p.window_id join harvest.run r on r.id = w.run_id`;

/** The pages whose bytes `prunePages` would delete, by source. */
export async function prunablePages(db: Kysely<Database>, searchable: boolean): Promise<PrunablePages[]> {
  const { rows } = await sql<PrunablePages>`
    select s.name as source, count(*) as pages, sum(octet_length(p.content)) as bytes
    from ${pagesWithRuns} join harvest.source s on s.id = p.source_id
    where ${superseded(searchable)} group by s.name order by s.name
  `.execute(db);
  return rows;
}

/** Pages in one transaction: some 35 MB. */
const atATime = 1_000;

/**
 * Deletes the bytes of superseded pages. Their rows stay, since the ledger records what was requested. Runs in small transactions
 * while other work continues, and may be stopped and begun again. Returns the number of pages. PostgreSQL reuses the space; the file
 * system does not get it back.
 */
export async function prunePages(db: Kysely<Database>, searchable: boolean, signal: AbortSignal): Promise<number> {
  for (let total = 0; ;) {
    signal.throwIfAborted();
    const { numAffectedRows } = await sql`
      update harvest.page set content = null where id in (select p.id from ${pagesWithRuns} where ${superseded(searchable)} limit ${atATime} for update of p skip locked)
    `.execute(db);
    const pruned = Number(numAffectedRows ?? 0);
    total += pruned;
    if (pruned === 0) {
      if (total > 0) await sql`vacuum harvest.page`.execute(db);
      return total;
    }
  }
}
