import { type Kysely, sql } from 'kysely';

/** A name says what the table or column holds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.budget rename to host_rate_limit;
    alter index harvest.budget_pkey rename to host_rate_limit_pkey;
    comment on table harvest.host_rate_limit is 'The rate limit of each host, shared by all processes.';
    comment on column harvest.host_rate_limit.per_minute is 'Requests per minute; null: no limit known.';
    alter table public.record rename column wire_hash to element_hash;
    comment on column public.record.element_hash is 'The first 16 bytes of the SHA-256 of the element or line that this row was made from. A page that brings the same again is not parsed. Null if something else (a list of a set, a deletion without a header) had a part in it.';
  `.execute(db);
}
