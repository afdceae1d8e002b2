import { type Kysely, sql } from 'kysely';

/** A harvester that was stopped cannot mistake a later lease of the same window, even its own, for the one it had. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.window add lease_number int not null default 0;
    comment on column harvest.window.lease_number is 'How often it was leased: with lease_owner and attempt the right to change it while it is walked.';
    comment on column harvest.page.token_sent is 'False only while it is certain that the token was never sent; set by the one statement that permits its request.';
  `.execute(db);
}
