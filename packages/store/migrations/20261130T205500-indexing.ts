import { type Kysely, sql } from 'kysely';

/** What the index still lacks, and why. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.unindexed add column refusal text;
    create index unindexed_next_idx on harvest.unindexed (noted_at, record_id) where refusal is null;
    comment on table harvest.unindexed is 'Records whose present form is not in the search index: those that have still to be sent, without a page that does so, and those that the index refuses.';
    comment on column harvest.unindexed.revision is 'The revision that has to be sent, or a later one; with a refusal, the revision that was refused.';
    comment on column harvest.unindexed.refusal is 'Why Elasticsearch refused the document; it holds as long as the record has this revision. Null: it has still to be sent.';

    alter table harvest.window add column refused bigint, add column resent int not null default 0;
    comment on column harvest.window.refused is 'How many of the documents Elasticsearch refused, counted with them; null if none were counted.';
    comment on column harvest.window.resent is 'How often documents were sent again that were missing in search when the window was finished.';

    create table harvest.indexing_fault (
      only_one boolean primary key default true check (only_one),
      reason text not null,
      refused boolean not null,
      times int not null default 1,
      since timestamptz not null default now(),
      last_at timestamptz not null default now(),
      next_at timestamptz not null
    );
    comment on table harvest.indexing_fault is 'Why Elasticsearch accepts no documents at present: one row, none while it accepts them.';
    comment on column harvest.indexing_fault.only_one is 'True.';
    comment on column harvest.indexing_fault.reason is 'What it answers, in a sentence.';
    comment on column harvest.indexing_fault.refused is 'It rejects every request until a person changes something; false: it is away, busy, or its index is blocked.';
    comment on column harvest.indexing_fault.times is 'How many attempts failed in a row, of all processes.';
    comment on column harvest.indexing_fault.since is 'Since when.';
    comment on column harvest.indexing_fault.last_at is 'The last attempt.';
    comment on column harvest.indexing_fault.next_at is 'Nothing is sent before this instant.';

    create table harvest.reindex (
      index_name text primary key,
      started_at timestamptz not null default now()
    );
    comment on table harvest.reindex is 'Indices that a reindex is filling or has not finished: while a process holds its advisory lock it is at work; otherwise the next sweep finishes it.';
    comment on column harvest.reindex.index_name is 'The new index.';
    comment on column harvest.reindex.started_at is 'When it was begun.';
  `.execute(db);
}
