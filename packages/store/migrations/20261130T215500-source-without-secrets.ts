import { type Kysely, sql } from 'kysely';

/** A role that may read the views may not necessarily read the user, password or key of a source. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace view analytics.source as
    select s.id as source_id, s.name, regexp_replace(regexp_replace(s.base_url, '^([a-z]+://)[^/?#]*@', '\\1', 'i'), '[?#].*$', '') as base_url,
      s.repository_name, s.earliest_datestamp, s.deleted_record
    from harvest.source s`.execute(db);
  await sql`comment on column analytics.source.base_url is 'baseURL of its OAI-PMH endpoint, without user, password and query.'`.execute(
    db,
  );
}
