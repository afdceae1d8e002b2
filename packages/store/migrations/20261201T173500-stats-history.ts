import { type Kysely, sql } from 'kysely';

const counts = {
  views: 'Views of all versions.',
  unique_views: 'Unique views of all versions.',
  downloads: 'Downloads of all versions.',
  unique_downloads: 'Unique downloads of all versions.',
  volume: 'Bytes downloaded, all versions.',
  version_views: 'Views of this version.',
  version_unique_views: 'Unique views of this version.',
  version_downloads: 'Downloads of this version.',
  version_unique_downloads: 'Unique downloads of this version.',
  version_volume: 'Bytes downloaded of this version.',
  file_count: 'How many files it had.',
  total_size: 'Bytes of all its files.',
};

const names = Object.keys(counts);

/**
 * Statistics over time: what record_stats held before each change. A trigger writes it, so that each way to change statistics does, and two
 * writers at once lose none. It costs nothing if the counts stay as they are.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const columns = names.map((name) => `${name} ${name === 'file_count' ? 'int' : 'bigint'}`).join(', ');
  const list = names.join(', ');
  const of = (row: string): string => names.map((name) => `${row}.${name}`).join(', ');
  const comments = (table: string): string =>
    Object.entries(counts)
      .map(([name, text]) => `comment on column ${table}.${name} is '${text} Null if the source did not report it.';`)
      .join('\n');
  const gained = (name: string): string => `${name} - lag(${name}) over of_record as ${name}_gained`;
  await sql
    .raw(`
    create table public.record_stats_history (
      record_id bigint not null references public.record (id) on delete cascade,
      revision int not null,
      changed_at timestamptz not null,
      replaced_at timestamptz not null,
      ${columns},
      primary key (record_id, revision)
    );
    comment on table public.record_stats_history is 'What the statistics of a record were before each change: one row a change. The present ones are in record_stats.';
    comment on column public.record_stats_history.record_id is 'The record.';
    comment on column public.record_stats_history.revision is 'record_stats.revision that this row shows.';
    comment on column public.record_stats_history.changed_at is 'Since when the source reported these figures: the instant of the dump or of the request.';
    comment on column public.record_stats_history.replaced_at is 'When it reported others.';
    ${comments('public.record_stats_history')}

    create function harvest.keep_record_stats() returns trigger language plpgsql as $$
    begin
      insert into public.record_stats_history (record_id, revision, changed_at, replaced_at, ${list})
      values (old.record_id, old.revision, old.changed_at, new.changed_at, ${of('old')});
      return null;
    end $$;
    create trigger keep_record_stats after update on public.record_stats
      for each row when (num_nonnulls(${of('old')}) > 0 and (${of('old')}) is distinct from (${of('new')})) execute function harvest.keep_record_stats();

    create view analytics.record_stats_over_time as
    select s.record_id, r.source_id, r.oai_identifier, r.doi, s.at, s.until, ${names.map((name) => `s.${name}`).join(', ')},
      s.views_gained, s.downloads_gained, s.volume_gained
    from (
      select record_id, at, until, ${list}, ${['views', 'downloads', 'volume'].map(gained).join(', ')}
      from (
        select record_id, revision, changed_at as at, replaced_at as until, ${list} from public.record_stats_history
        union all
        select record_id, revision, changed_at, null, ${list} from public.record_stats where num_nonnulls(${list}) > 0
      ) one
      window of_record as (partition by record_id order by revision)
    ) s join public.record r on r.id = s.record_id;
    comment on view analytics.record_stats_over_time is 'Statistics of records over time: one row for each time that the source reported other figures, the present ones included.';
    comment on column analytics.record_stats_over_time.record_id is 'The record.';
    comment on column analytics.record_stats_over_time.source_id is 'The source.';
    comment on column analytics.record_stats_over_time.oai_identifier is 'OAI identifier of the record.';
    comment on column analytics.record_stats_over_time.doi is 'DOI of the record.';
    comment on column analytics.record_stats_over_time.at is 'Since when the source reported these figures.';
    comment on column analytics.record_stats_over_time.until is 'When it reported others; null for the present ones.';
    ${comments('analytics.record_stats_over_time')}
    comment on column analytics.record_stats_over_time.views_gained is 'Views since the figures before; null for the first ones.';
    comment on column analytics.record_stats_over_time.downloads_gained is 'Downloads since the figures before; null for the first ones.';
    comment on column analytics.record_stats_over_time.volume_gained is 'Bytes downloaded since the figures before; null for the first ones.';
    `)
    .execute(db);
}
