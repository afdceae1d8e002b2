import { type Kysely, sql } from 'kysely';

/** A page that kills its walker would do so forever: what the window lost its walkers to is read in a process apart. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.window add deaths int not null default 0;
    comment on column harvest.window.deaths is 'How many walkers of the window, or of the one it is a part of, have died or lost their session.';
  `.execute(db);
}
