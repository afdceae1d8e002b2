import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import type { Page, QuarantinedRecord } from './pages.ts';

/**
 * Puts records of a stored page into quarantine that could be read and not be written, and takes those out that now
 * could. May be called again with the same. Returns how many were put there now.
 *
 * @param written places on the page, from 0
 */
export async function updateQuarantine(
  db: Kysely<Database>,
  page: Pick<Page, 'id' | 'window_id' | 'source_id' | 'attempt'>,
  refused: readonly QuarantinedRecord[],
  written: readonly number[],
): Promise<number> {
  const { rows } = await sql<{ come: number }>`
    with gone as (
      delete from harvest.quarantine where page_id = ${page.id} and position = any(${written}::int[]) returning position
    ), come as (
      insert into harvest.quarantine (page_id, position, source_id, oai_identifier, reason, content)
      select ${page.id}, t.position, ${page.source_id}, t.oai_identifier, t.reason, t.content
      from unnest(${refused.map((r) => r.position)}::int[], ${refused.map((r) => r.oai_identifier)}::text[],
                  ${refused.map((r) => r.reason)}::text[], ${refused.map((r) => Buffer.from(r.content))}::bytea[])
           as t (position, oai_identifier, reason, content)
      on conflict (page_id, position) do nothing returning position
    ), counted as (
      update harvest.window set quarantined = quarantined + (select count(*) from come) - (select count(*) from gone)
      where id = ${page.window_id} and attempt = ${page.attempt}
    )
    select count(*)::int as come from come`.execute(db);
  return rows[0]!.come;
}
