import { type Kysely, sql } from 'kysely';

/**
 * The harvest ledger: what was asked of which repository, what it declared, what arrived, and how far it got.
 * States are text with a check, so that a dump reads without a legend.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create schema harvest;
    comment on schema harvest is 'The ledger of harvests: sources, runs, windows and pages, with what the server declared and what arrived.';

    create table harvest.installation (
      id uuid primary key default gen_random_uuid(),
      created_at timestamptz not null default now()
    );
    comment on table harvest.installation is 'One row: the identity of this database. An index built from another database is not written to.';
    comment on column harvest.installation.id is 'Random, made once.';
    comment on column harvest.installation.created_at is 'When this database was prepared.';
    insert into harvest.installation default values;

    create table harvest.source (
      id bigint generated always as identity primary key,
      name text not null unique,
      base_url text not null,
      metadata_prefix text not null default 'oai_datacite',
      set_specs text[] not null default '{}',
      settings jsonb not null default '{}',
      repository_name text,
      granularity text check (granularity in ('YYYY-MM-DD', 'YYYY-MM-DDThh:mm:ssZ')),
      earliest_datestamp timestamptz,
      deleted_record text check (deleted_record in ('no', 'persistent', 'transient')),
      created_at timestamptz not null default now(),
      identified_at timestamptz
    );
    create unique index source_base_url_idx on harvest.source (base_url, metadata_prefix);
    comment on table harvest.source is 'A repository that is harvested.';
    comment on column harvest.source.id is 'Number of the source.';
    comment on column harvest.source.name is 'Short name, used on the command line.';
    comment on column harvest.source.base_url is 'baseURL of its OAI-PMH endpoint.';
    comment on column harvest.source.metadata_prefix is 'metadataPrefix that is asked for.';
    comment on column harvest.source.set_specs is 'Sets harvested unless a run names others; empty means the whole repository.';
    comment on column harvest.source.settings is 'Rate, overlap, window size, schedules, and what probe found out about the server.';
    comment on column harvest.source.repository_name is 'repositoryName of Identify.';
    comment on column harvest.source.granularity is 'granularity of Identify.';
    comment on column harvest.source.earliest_datestamp is 'earliestDatestamp of Identify.';
    comment on column harvest.source.deleted_record is 'deletedRecord of Identify: whether deletions are announced.';
    comment on column harvest.source.created_at is 'When the source was added.';
    comment on column harvest.source.identified_at is 'When Identify was last asked.';

    create table harvest.run (
      id bigint generated always as identity primary key,
      source_id bigint not null references harvest.source (id) on delete cascade,
      kind text not null check (kind in ('full', 'incremental', 'membership', 'dump')),
      state text not null default 'running' check (state in ('running', 'complete', 'incomplete', 'failed', 'cancelled')),
      metadata_prefix text not null,
      set_specs text[] not null default '{}',
      from_datestamp timestamptz,
      until_datestamp timestamptz,
      options jsonb not null default '{}',
      requests bigint not null default 0,
      failure text,
      started_at timestamptz not null default now(),
      finished_at timestamptz
    );
    create unique index run_one_at_a_time_idx on harvest.run (source_id) where state = 'running';
    create index run_source_idx on harvest.run (source_id, started_at);
    comment on table harvest.run is 'One harvest of a source, from its first request until the last record is searchable.';
    comment on column harvest.run.id is 'Number of the run.';
    comment on column harvest.run.source_id is 'The source.';
    comment on column harvest.run.kind is 'full: everything; incremental: what changed since the last complete run; membership: identifiers of sets only; dump: a bulk file.';
    comment on column harvest.run.state is 'running; complete: every window is; incomplete: a window is short or failed; failed: stopped with a reason; cancelled.';
    comment on column harvest.run.metadata_prefix is 'metadataPrefix that was asked for.';
    comment on column harvest.run.set_specs is 'Sets that were asked for; empty means the whole repository.';
    comment on column harvest.run.from_datestamp is 'Lower bound of the datestamps asked for, inclusive; null: from the earliest.';
    comment on column harvest.run.until_datestamp is 'Upper bound, inclusive: the responseDate of the server''s first answer, or an earlier one that was asked for.';
    comment on column harvest.run.options is 'Options the run was started with.';
    comment on column harvest.run.requests is 'Requests sent, the failed ones included.';
    comment on column harvest.run.failure is 'Why the run failed or what is missing, in a sentence.';
    comment on column harvest.run.started_at is 'When the run was made.';
    comment on column harvest.run.finished_at is 'When it ended.';

    create table harvest.window (
      id bigint generated always as identity primary key,
      run_id bigint not null references harvest.run (id) on delete cascade,
      parent_id bigint references harvest.window (id) on delete cascade,
      set_spec text,
      from_datestamp timestamptz,
      until_datestamp timestamptz,
      state text not null default 'planned' check (state in ('planned', 'walking', 'walked', 'complete', 'split', 'short', 'failed')),
      attempt int not null default 0,
      declared bigint,
      received bigint not null default 0,
      distinct_received bigint not null default 0,
      quarantined bigint not null default 0,
      shortfall bigint,
      stored bigint,
      indexed bigint,
      lease_owner int,
      not_before timestamptz,
      failure text,
      created_at timestamptz not null default now(),
      started_at timestamptz,
      finished_at timestamptz,
      check (from_datestamp <= until_datestamp)
    );
    create index window_run_idx on harvest.window (run_id, state);
    comment on table harvest.window is 'A slice of a run by datestamp: the unit that is complete or is walked again.';
    comment on column harvest.window.id is 'Number of the window.';
    comment on column harvest.window.run_id is 'The run.';
    comment on column harvest.window.parent_id is 'The window this one was cut out of.';
    comment on column harvest.window.set_spec is 'The set asked for; null: all.';
    comment on column harvest.window.from_datestamp is 'from, inclusive; null: not sent.';
    comment on column harvest.window.until_datestamp is 'until, inclusive; null: not sent.';
    comment on column harvest.window.state is 'planned; walking: leased by a walker; walked: its list ended and agrees; complete: and every record is in SQL and search; split: replaced by smaller ones; short: fewer records than declared after every try; failed: could not be walked.';
    comment on column harvest.window.attempt is 'How often its list was begun.';
    comment on column harvest.window.declared is 'completeListSize of the server, or the number of records of a list that came without one.';
    comment on column harvest.window.received is 'Records that arrived in the last attempt.';
    comment on column harvest.window.distinct_received is 'Different identifiers among them.';
    comment on column harvest.window.quarantined is 'Records among them that could not be read and lie in harvest.quarantine.';
    comment on column harvest.window.shortfall is 'By how many different records the last list that ended fell short of what was declared; null if it did not.';
    comment on column harvest.window.stored is 'How many of the identifiers are in table record, counted there when the window was finished.';
    comment on column harvest.window.indexed is 'How many of the identifiers are in the search index, counted there; null without an index.';
    comment on column harvest.window.lease_owner is 'The harvester that works on it: it holds the advisory lock of this number as long as it lives, so a dead one''s windows are free at once.';
    comment on column harvest.window.not_before is 'Not walked again before this instant.';
    comment on column harvest.window.failure is 'Why it is short, failed or was begun again, in a sentence.';
    comment on column harvest.window.created_at is 'When it was planned.';
    comment on column harvest.window.started_at is 'When its last attempt began.';
    comment on column harvest.window.finished_at is 'When it was complete, split, short or failed.';

    create table harvest.page (
      id bigint generated always as identity primary key,
      window_id bigint not null references harvest.window (id) on delete cascade,
      source_id bigint not null references harvest.source (id) on delete cascade,
      attempt int not null,
      number int not null,
      verb text not null,
      response_date timestamptz,
      content bytea,
      content_length int not null,
      record_count int not null,
      identifiers text[] not null,
      resumption_token text,
      token_expires_at timestamptz,
      token_sent boolean not null default true,
      state text not null default 'fetched' check (state in ('fetched', 'stored', 'done')),
      tries int not null default 0,
      failure text,
      fetched_at timestamptz not null default now(),
      done_at timestamptz,
      unique (window_id, attempt, number)
    );
    alter table harvest.page alter column content set storage external;
    create index page_pending_idx on harvest.page (id) where state <> 'done';
    comment on table harvest.page is 'One answer of the server, as it came.';
    comment on column harvest.page.id is 'Number of the page; later pages have higher numbers.';
    comment on column harvest.page.window_id is 'The window.';
    comment on column harvest.page.source_id is 'The source.';
    comment on column harvest.page.attempt is 'The attempt of the window it belongs to. Only the last attempt counts; the others are kept as they are genuine records too.';
    comment on column harvest.page.number is 'Place in the list, from 0.';
    comment on column harvest.page.verb is 'ListRecords or ListIdentifiers.';
    comment on column harvest.page.response_date is 'responseDate of the answer.';
    comment on column harvest.page.content is 'The decoded body, compressed with zstd (one frame); null once pruned.';
    comment on column harvest.page.content_length is 'Bytes of the decoded body.';
    comment on column harvest.page.record_count is 'Records on the page.';
    comment on column harvest.page.identifiers is 'Their OAI identifiers, in order.';
    comment on column harvest.page.resumption_token is 'Token that leads to the next page; null on the last.';
    comment on column harvest.page.token_expires_at is 'When the token dies.';
    comment on column harvest.page.token_sent is 'False only while it is certain that the token was never sent.';
    comment on column harvest.page.state is 'fetched; stored: its records are in SQL; done: and in search.';
    comment on column harvest.page.tries is 'How often the transform failed on it.';
    comment on column harvest.page.failure is 'The last failure, in a sentence.';
    comment on column harvest.page.fetched_at is 'When it arrived.';
    comment on column harvest.page.done_at is 'When it was done.';

    create table harvest.quarantine (
      page_id bigint not null references harvest.page (id) on delete cascade,
      position int not null,
      source_id bigint not null references harvest.source (id) on delete cascade,
      oai_identifier text,
      reason text not null,
      content bytea not null,
      created_at timestamptz not null default now(),
      primary key (page_id, position)
    );
    create index quarantine_source_idx on harvest.quarantine (source_id, oai_identifier);
    comment on table harvest.quarantine is 'Records that could not be read, with their bytes. Their neighbours were kept.';
    comment on column harvest.quarantine.page_id is 'The page.';
    comment on column harvest.quarantine.position is 'Place on the page, from 0.';
    comment on column harvest.quarantine.source_id is 'The source.';
    comment on column harvest.quarantine.oai_identifier is 'OAI identifier, where it could be made out.';
    comment on column harvest.quarantine.reason is 'What is wrong with it, in a sentence.';
    comment on column harvest.quarantine.content is 'The bytes of the record as they came.';
    comment on column harvest.quarantine.created_at is 'When it was put here.';

    create table harvest.budget (
      host text primary key,
      per_minute double precision,
      next_at timestamptz not null default now(),
      blocked_reason text,
      updated_at timestamptz not null default now()
    );
    comment on table harvest.budget is 'One row a host: the pace that all processes keep together.';
    comment on column harvest.budget.host is 'Host and port.';
    comment on column harvest.budget.per_minute is 'Requests per minute; null: no limit known.';
    comment on column harvest.budget.next_at is 'When the next request may be sent.';
    comment on column harvest.budget.blocked_reason is 'Why nothing is sent any more (403).';
    comment on column harvest.budget.updated_at is 'When it was last used.';
  `.execute(db);
}
