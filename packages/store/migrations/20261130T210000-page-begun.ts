import { type Kysely, sql } from 'kysely';

/** A page that kills the process that reads it must not be read again at every start. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.page add column begun int not null default 0;
    comment on column harvest.page.begun is 'How often a transform worker began on it and neither ended nor failed: it died, or is still at work. Counted before the work begins.';
  `.execute(db);
}
