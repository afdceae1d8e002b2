import { type Kysely, sql } from 'kysely';

/** When the requests of the last minute were sent: what the host's own count of them is followed by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.budget add column counted_at timestamptz[] not null default '{}';
    comment on column harvest.budget.counted_at is 'When the host counted each of the last requests, at the latest, ascending: as many as a minute permits, 600 at most. Kept only if there is a limit.';
    comment on column harvest.budget.next_at is 'When the next request is due, where they are spread evenly; nothing is sent before.';
  `.execute(db);
}
