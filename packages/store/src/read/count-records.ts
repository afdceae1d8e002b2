import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** How many records of a source are stored. Reads all of them: for reports, not for every request. */
export async function countRecords(db: Kysely<Database>, sourceId: number): Promise<{ live: number; deleted: number }> {
  const { rows } = await sql<{ live: number; deleted: number }>`
    select count(*) filter (where not deleted) as live, count(*) filter (where deleted) as deleted
    from public.record where source_id = ${sourceId}
  `.execute(db);
  return rows[0] ?? { live: 0, deleted: 0 };
}

/** How many of these identifiers, each counted once, have a row, tombstones included. */
export async function countStored(db: Kysely<Database>, sourceId: number, identifiers: readonly string[]): Promise<number> {
  const { rows } = await sql<{ stored: number }>`
    select count(*) as stored from public.record where source_id = ${sourceId} and oai_identifier = any(${identifiers})
  `.execute(db);
  return rows[0]?.stored ?? 0;
}
