import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { uniqueName } from '../database/unique-name.ts';

/** Ids of records in one part of a sitemap, and so the most addresses in it: the limit of sitemaps.org. */
export const sitemapSpan = 50_000;

/** How many parts a sitemap of all records has: each covers a range of record ids, so counting them reads one entry of an index. */
export async function countSitemapParts(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`select max(id) as last from public.record`.execute(db);
  return Math.ceil(Number(rows[0]?.last ?? 0) / sitemapSpan);
}

/** The latest versions in a part of the sitemap, counted from 1, by ascending record id. */
export async function listSitemapPart(
  db: Kysely<Database>,
  part: number,
): Promise<readonly { readonly uniqueName: string; readonly changedOn: string }[]> {
  const { rows } = await sql<{ uniqueName: string; changedOn: string }>`
    select ${uniqueName} as "uniqueName", to_char(r.changed_at at time zone 'UTC', 'YYYY-MM-DD') as "changedOn" from public.record r
    where r.id > ${(part - 1) * sitemapSpan} and r.id <= ${part * sitemapSpan} and not r.deleted and r.is_latest_version
    order by r.id`.execute(db);
  return rows;
}
