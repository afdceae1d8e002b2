import { type Kysely, sql } from 'kysely';

/** What was deleted by policy is in the ledger too: a gap by policy is distinguished from a loss. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table harvest.pruning (
      id bigint generated always as identity primary key,
      begun_at timestamptz not null default now(),
      ended_at timestamptz,
      policy jsonb not null,
      pages bigint not null default 0,
      page_bytes bigint not null default 0,
      revisions bigint not null default 0,
      steps bigint not null default 0,
      deliveries bigint not null default 0,
      history_until timestamptz
    );
    comment on table harvest.pruning is 'What was deleted because it was older than the retention policy asks for, one row for each time.';
    comment on column harvest.pruning.id is 'Number of the pruning.';
    comment on column harvest.pruning.begun_at is 'When it began.';
    comment on column harvest.pruning.ended_at is 'When nothing was left to delete; null: it goes on, or was interrupted. What it had deleted until then is counted.';
    comment on column harvest.pruning.policy is 'Days after which pages, history and deliveries are deleted; null: never.';
    comment on column harvest.pruning.pages is 'Superseded pages whose bytes were deleted. Their rows stay.';
    comment on column harvest.pruning.page_bytes is 'Bytes of these pages, compressed.';
    comment on column harvest.pruning.revisions is 'Earlier revisions of records (record_history) that were deleted.';
    comment on column harvest.pruning.steps is 'Steps of communities that were deleted with them.';
    comment on column harvest.pruning.deliveries is 'Delivered messages to webhooks that were deleted.';
    comment on column harvest.pruning.history_until is 'All deleted revisions were replaced before this instant; null: none was deleted. A client that follows changes from an earlier instant has to begin again.';
    create index webhook_delivery_delivered_idx on harvest.webhook_delivery (ended_at) where state = 'delivered';
  `.execute(db);
}
