import { type Kysely, sql } from 'kysely';

/** An identifier that is too long for a record is kept in quarantine; a row of a b-tree index could not hold it either. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop index harvest.quarantine_source_idx;
    create index quarantine_source_idx on harvest.quarantine (source_id);
    create index quarantine_identifier_idx on harvest.quarantine using hash (oai_identifier);
    comment on table harvest.quarantine is 'Records that could not be read, or not be written, with their bytes. Their neighbours were kept.';
    comment on column harvest.window.quarantined is 'Records of the last attempt that are in quarantine.';
  `.execute(db);
}
