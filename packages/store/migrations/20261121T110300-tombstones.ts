import { type Kysely, sql } from 'kysely';

/** Tombstones are few, and without this finding them reads every record. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index record_deleted_idx on public.record (id) where deleted`.execute(db);
}
