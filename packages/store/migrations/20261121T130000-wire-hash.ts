import { type Kysely, sql } from 'kysely';

/** Most of what a second harvest brings is what the first brought, byte for byte: that need not be read again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.page add column record_hashes bytea[];
    comment on column harvest.page.record_hashes is 'For each of identifiers, in their order, the first 16 bytes of the SHA-256 of its record as it was sent. Null if they were not computed.';
    alter table public.record add column wire_hash bytea;
    comment on column public.record.wire_hash is 'The first 16 bytes of the SHA-256 of the record element that made this row what it is. A page that brings the same again is not read. Null where something else (a list of a set, a deletion without a header) had a part in it.';
  `.execute(db);
}
