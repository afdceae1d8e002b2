import { type Kysely, sql } from 'kysely';

/** What all processes of the installation have counted, so that it outlives them and one of them can show it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table harvest.metric (
      name text not null,
      labels jsonb not null default '{}',
      value double precision not null,
      updated_at timestamptz not null default now(),
      primary key (name, labels)
    ) with (fillfactor = 50);
    create index webhook_delivery_failed_idx on harvest.webhook_delivery (webhook_id) where state = 'failed';
    comment on table harvest.metric is 'What the processes of this installation count and measure, as /metrics of the API shows it.';
    comment on column harvest.metric.name is 'Name of the metric.';
    comment on column harvest.metric.labels is 'Labels and their values.';
    comment on column harvest.metric.value is 'A counter: the sum over all processes. Else the last value.';
    comment on column harvest.metric.updated_at is 'When a process last wrote it.';
  `.execute(db);
}
