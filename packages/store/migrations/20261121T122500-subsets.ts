import { type Kysely, sql } from 'kysely';

/** A set has the records of those below it. Few repositories have such sets, and for the others this index is empty. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index record_set_below_idx on public.record_set (set_spec collate "C") where position(':' in set_spec) > 0`.execute(db);
}
