import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { maxPageTries } from './pages.ts';

/** A sample as Prometheus has it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Adds to what all processes have counted. The samples differ in name or labels. */
export async function addCounts(db: Kysely<Database>, samples: readonly Sample[]): Promise<void> {
  await save(db, samples, sql`m.value + excluded.value`);
}

/** Replaces values of gauges. The samples differ in name or labels. */
export async function setGauges(db: Kysely<Database>, samples: readonly Sample[]): Promise<void> {
  await save(db, samples, sql`excluded.value`);
}

async function save(db: Kysely<Database>, samples: readonly Sample[], value: ReturnType<typeof sql>): Promise<void> {
  if (samples.length === 0) return;
  // In one order, so that two processes do not wait for each other.
  await sql`
    insert into harvest.metric as m (name, labels, value)
    select name, labels, value from jsonb_to_recordset(${JSON.stringify(samples)}::jsonb) as n (name text, labels jsonb, value float8)
    order by name, labels
    on conflict (name, labels) do update set value = ${value}, updated_at = now()`.execute(db);
}

/** Metric of {@link saveNextTicks}. */
export const nextTickMetric = 'thresher_schedule_next_timestamp_seconds';

/** Notes when each schedule has to begin its next run, in seconds since 1970; schedules that are not given no longer exist. */
export async function saveNextTicks(
  db: Kysely<Database>,
  ticks: readonly { readonly source: string; readonly kind: string; readonly at: Date }[],
): Promise<void> {
  const samples = ticks.map(({ source, kind, at }) => ({ name: nextTickMetric, labels: { source, kind }, value: at.getTime() / 1_000 }));
  await sql`
    delete from harvest.metric where name = ${nextTickMetric}
      and not labels = any(select jsonb_array_elements(${JSON.stringify(samples.map((it) => it.labels))}::jsonb))`.execute(db);
  await setGauges(db, samples);
}

/** How long a gauge counts after it was written: every process that measures one does so every few seconds. */
const freshSeconds = 120;

/** What processes have counted, all of it, and the gauges among `gauges` that are fresh. */
export async function listMetrics(db: Kysely<Database>, gauges: readonly string[]): Promise<Sample[]> {
  const { rows } = await sql<Sample>`
    select name, labels, value from harvest.metric
    where not name = any(${gauges}::text[]) or updated_at > now() - ${freshSeconds} * interval '1 second'
    order by name, labels`.execute(db);
  return rows;
}

/** Sources and hosts that are shown, the newest first: labels stay bounded. */
const mostSources = 200;

/** Notes that are counted; more cost more than the difference is worth. */
const mostNotes = 1_000_000;

/**
 * The state of the installation as gauges, in two statements. None of them reads the records; they read partial indexes, the
 * windows of runs that are not finished, and the last runs of each source.
 *
 * @param searchable whether there is an index that pages have to reach
 */
export async function readFigures(db: Kysely<Database>, searchable: boolean): Promise<Sample[]> {
  return [...(await readBacklog(db, searchable)), ...(await readRuns(db))];
}

/** Pending work, failures, and records that wait for the decision of a person. */
async function readBacklog(db: Kysely<Database>, searchable: boolean): Promise<Sample[]> {
  const unfinished = searchable ? sql`state <> 'done'` : sql`state <> 'done' and state = 'fetched'`;
  const { rows } = await sql<Sample>`
    with open_page as materialized (
      select state, fetched_at, tries >= ${maxPageTries} as given_up from harvest.page where ${unfinished} and content is not null),
    oldest as (
      select min(fetched_at) filter (where state = 'fetched') as fetched, least(min(fetched_at), (
        select noted_at from harvest.unindexed where ${searchable} and refusal is null order by noted_at limit 1)) as any_state
      from open_page where not given_up)
    select 'thresher_quarantined_records' as name, '{}'::jsonb as labels, count(*)::float8 as value from harvest.quarantine
    union all
    select 'thresher_suspects', jsonb_build_object('state', t.state),
           (select count(*) from harvest.suspect s where s.state = t.state and s.state in ('suspect', 'held'))
    from unnest(array['suspect', 'held']) as t (state)
    union all
    select 'thresher_unindexed_records', '{}',
           (select count(*) from (select from harvest.unindexed where refusal is null limit ${mostNotes}) n)
    union all
    select 'thresher_refused_documents', '{}',
           (select count(*) from (select from harvest.unindexed where refusal is not null limit ${mostNotes}) n)
    union all
    select 'thresher_indexing_stopped', '{}', (select count(*) from harvest.indexing_fault where last_at > now() - interval '3 minutes')
    union all
    select 'thresher_pending_pages', jsonb_build_object('state', t.state),
           (select count(*) from open_page p where not p.given_up and p.state = t.state)
    from unnest(array['fetched', 'stored']) as t (state)
    union all
    select 'thresher_given_up_pages', '{}', (select count(*) from open_page where given_up)
    union all
    select 'thresher_queue_oldest_age_seconds', '{}', coalesce(extract(epoch from now() - fetched), 0) from oldest
    union all
    select 'thresher_search_lag_seconds', '{}', coalesce(extract(epoch from now() - any_state), 0) from oldest
    union all
    select 'thresher_webhook_messages', '{"state": "pending"}', (select count(*) from harvest.webhook_delivery where state = 'pending')
    union all
    select 'thresher_webhook_messages', '{"state": "failed"}', (select count(*) from harvest.webhook_delivery where state = 'failed')
    union all
    select 'thresher_webhooks_disabled', '{}', (select count(*) from harvest.webhook where disabled_reason is not null)
    union all
    select 'thresher_database_size_bytes', '{}', pg_database_size(current_database())`.execute(db);
  return rows;
}

/** How runs go and went, and what the hosts of sources permit. */
async function readRuns(db: Kysely<Database>): Promise<Sample[]> {
  const { rows } = await sql<Sample>`
    with source as materialized (select id, name from harvest.source order by id desc limit ${mostSources}),
    kind as (select unnest(array['full', 'incremental', 'membership', 'dump', 'check']) as kind),
    open_window as materialized (
      select s.name, r.kind, w.* from harvest.run r join source s on s.id = r.source_id join harvest.window w on w.run_id = r.id
      where r.state = 'running' and w.state <> 'split')
    select 'thresher_windows' as name, jsonb_build_object('state', t.state) as labels,
           (select count(*) from open_window w where w.state = t.state)::float8 as value
    from unnest(array['planned', 'walking', 'walked', 'complete', 'short', 'failed']) as t (state)
    union all
    select 'thresher_running_run_records', jsonb_build_object('source', w.name, 'kind', w.kind, 'count', c.count), sum(c.value)
    from open_window w cross join lateral (
      values ('declared', w.declared), ('received', w.received), ('stored', w.stored), ('indexed', w.indexed)) as c (count, value)
    where c.value is not null group by w.name, w.kind, c.count
    union all
    select 'thresher_run_last_success_timestamp_seconds', jsonb_build_object('source', s.name, 'kind', k.kind), extract(epoch from r.finished_at)
    from source s cross join kind k cross join lateral (
      select finished_at from harvest.run r where r.source_id = s.id and r.kind = k.kind and r.state = 'complete'
      order by r.started_at desc limit 1) r
    where r.finished_at is not null
    union all
    select 'thresher_run_last_failed', jsonb_build_object('source', s.name, 'kind', k.kind), case when r.state = 'complete' then 0 else 1 end
    from source s cross join kind k cross join lateral (
      select state from harvest.run r where r.source_id = s.id and r.kind = k.kind and r.state in ('complete', 'incomplete', 'failed')
      order by r.started_at desc limit 1) r
    union all
    (select 'thresher_source_rate_limit_per_minute', jsonb_build_object('host', host), per_minute from harvest.host_rate_limit
     where per_minute is not null order by updated_at desc limit ${mostSources})
    union all
    (select 'thresher_source_blocked', jsonb_build_object('host', host), case when blocked_until > now() then 1 else 0 end
     from harvest.host_rate_limit order by updated_at desc limit ${mostSources})`.execute(db);
  return rows;
}
