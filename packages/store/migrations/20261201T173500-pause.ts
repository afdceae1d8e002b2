import { type Kysely, sql } from 'kysely';

/** A source can be paused without losing its run, and any process may ask the harvester to begin a run. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.source add paused_at timestamptz;
    comment on column harvest.source.paused_at is 'Since when no request is sent to the source, as a person has paused it; null: it is not paused.';
    create table harvest.asked_run (
      source_id bigint not null references harvest.source (id) on delete cascade,
      kind text not null check (kind in ('full', 'incremental', 'enrich')),
      asked_at timestamptz not null default now(),
      primary key (source_id, kind)
    );
    comment on table harvest.asked_run is 'Runs that a person asked for and that no harvester process has begun yet.';
    comment on column harvest.asked_run.source_id is 'The source.';
    comment on column harvest.asked_run.kind is 'As a schedule: full; incremental; enrich: files and statistics.';
    comment on column harvest.asked_run.asked_at is 'When it was asked for.';
  `.execute(db);
}
