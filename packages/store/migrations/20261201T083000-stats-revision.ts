import { type Kysely, sql } from 'kysely';

/** Statistics change without a revision of their record, so they have their own for the search index. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table public.record_stats add column revision int not null default 0;
    alter table public.record_stats alter column revision set default 1;
    comment on column public.record_stats.revision is
      'One more each time the counts change. With record.revision it is the version of the document in search.';
    alter table harvest.unindexed add column stats_revision int not null default 0;
    comment on column harvest.unindexed.stats_revision is 'The record_stats.revision that has to be sent at least; 0 if only the record has changed.';
  `.execute(db);
}
