import { type Kysely, sql } from 'kysely';

/** Columns that coverage and the repair of windows need. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.window add column searchable bigint;
    comment on column harvest.window.searchable is 'How many of the stored ones have to be in search, counted with them: tombstones and records whose metadata could not be mapped have not.';

    alter table harvest.window add column first_attempt int not null default 1;
    comment on column harvest.window.first_attempt is 'The attempt its present round began with: a repair begins a new round, with all its tries.';
  `.execute(db);
}
