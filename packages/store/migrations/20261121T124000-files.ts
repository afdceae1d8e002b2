import { type Kysely, sql } from 'kysely';

/** What OAI-PMH does not carry: files and statistics, fetched record by record from the REST API of the source. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record_stats (
      record_id bigint primary key references public.record (id) on delete cascade,
      status smallint not null,
      views bigint,
      unique_views bigint,
      downloads bigint,
      unique_downloads bigint,
      volume bigint,
      version_views bigint,
      version_unique_views bigint,
      version_downloads bigint,
      version_unique_downloads bigint,
      version_volume bigint,
      file_count int,
      total_size bigint,
      fetched_at timestamptz not null,
      changed_at timestamptz not null
    );
    create index record_stats_fetched_at_idx on public.record_stats (fetched_at);

    create table public.record_file (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      key text not null,
      file_id text,
      size bigint,
      checksum text,
      url text,
      file_type text generated always as (lower(substring(key from '\\.([^./ ]{1,16})$'))) stored,
      primary key (record_id, position)
    );
    create index record_file_file_type_idx on public.record_file (file_type);

    comment on table public.record_stats is 'Statistics of a record as thresher enrich last fetched them from the REST API of its source. No row: never fetched.';
    comment on column public.record_stats.record_id is 'The record.';
    comment on column public.record_stats.status is 'HTTP status of the last answer: 200, or 404 and 410 if the source no longer has the record, 401 and 403 if it does not show it. The figures are then those of the last 200.';
    comment on column public.record_stats.views is 'Views of all versions.';
    comment on column public.record_stats.unique_views is 'Unique views of all versions.';
    comment on column public.record_stats.downloads is 'Downloads of all versions.';
    comment on column public.record_stats.unique_downloads is 'Unique downloads of all versions.';
    comment on column public.record_stats.volume is 'Bytes downloaded, all versions; null if the source does not report it.';
    comment on column public.record_stats.version_views is 'Views of this version.';
    comment on column public.record_stats.version_unique_views is 'Unique views of this version.';
    comment on column public.record_stats.version_downloads is 'Downloads of this version.';
    comment on column public.record_stats.version_unique_downloads is 'Unique downloads of this version.';
    comment on column public.record_stats.version_volume is 'Bytes downloaded of this version; null if the source does not report it.';
    comment on column public.record_stats.file_count is 'How many files the record has; null where the source does not show them (restricted files).';
    comment on column public.record_stats.total_size is 'Bytes of all its files; null where the source does not show them.';
    comment on column public.record_stats.fetched_at is 'When the source was last asked.';
    comment on column public.record_stats.changed_at is 'When what it answered last differed from before.';
    comment on table public.record_file is 'The files of a record as thresher enrich last fetched them; record_stats.fetched_at says when.';
    comment on column public.record_file.record_id is 'The record.';
    comment on column public.record_file.position is 'Place in the list of the source, from 0.';
    comment on column public.record_file.key is 'Name of the file.';
    comment on column public.record_file.file_id is 'Identifier of the file at the source.';
    comment on column public.record_file.size is 'Bytes.';
    comment on column public.record_file.checksum is 'Algorithm and digest as the source writes them: md5:….';
    comment on column public.record_file.url is 'Where the content is.';
    comment on column public.record_file.file_type is 'The part of the name after its last dot, lower case: csv, pdf, gz. Null if there is none.';
  `.execute(db);
}
