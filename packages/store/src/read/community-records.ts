import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** The members of a community that changed last, the latest first. */
export async function latestInCommunity(db: Kysely<Database>, community: string, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select r.id from public.record_community c join public.record r on r.id = c.record_id
    where c.community = ${community} and not r.deleted order by r.changed_at desc, r.id desc limit ${limit}
  `.execute(db);
  return rows.map((row) => row.id);
}
