import { type Kysely, sql } from 'kysely';

/** Webhooks, and what was delivered to each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table harvest.webhook (
      id bigint generated always as identity primary key,
      url text not null,
      secret text not null,
      types text[],
      communities text[],
      at_micros bigint not null,
      record_id bigint not null,
      revision int not null,
      disabled_reason text,
      created_at timestamptz not null default now()
    );
    create table harvest.webhook_delivery (
      id uuid primary key default gen_random_uuid(),
      number bigint generated always as identity unique,
      webhook_id bigint not null references harvest.webhook (id) on delete cascade,
      body text not null,
      changes int not null,
      state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
      tries int not null default 0,
      next_at timestamptz not null default now(),
      status int,
      failure text,
      created_at timestamptz not null default now(),
      ended_at timestamptz
    );
    create index webhook_delivery_due_idx on harvest.webhook_delivery (next_at, number) where state = 'pending';
    create index webhook_delivery_webhook_id_idx on harvest.webhook_delivery (webhook_id, number);

    comment on table harvest.webhook is 'Addresses that are notified of changes, and up to which change messages are written.';
    comment on column harvest.webhook.id is 'Number.';
    comment on column harvest.webhook.url is 'Where messages are sent by POST.';
    comment on column harvest.webhook.secret is 'What messages are signed with (Standard Webhooks: whsec_ and base64).';
    comment on column harvest.webhook.types is 'Only changes of these types: created, updated, deleted, restored, joined, left. Null: all.';
    comment on column harvest.webhook.communities is 'Only what concerns these communities. Null: all.';
    comment on column harvest.webhook.at_micros is 'Place of the last change that a message was written for, or that was not wanted: microseconds since 1970.';
    comment on column harvest.webhook.record_id is 'Place of that change: the record.';
    comment on column harvest.webhook.revision is 'Place of that change: the revision.';
    comment on column harvest.webhook.disabled_reason is 'Why nothing is sent any more; null: it is.';
    comment on column harvest.webhook.created_at is 'When it was added.';
    comment on table harvest.webhook_delivery is 'Messages to webhooks: what is to be sent, and the log of what was. Delivered ones are kept for 30 days.';
    comment on column harvest.webhook_delivery.id is 'webhook-id of the message: the same however often it is sent.';
    comment on column harvest.webhook_delivery.number is 'Order of the messages.';
    comment on column harvest.webhook_delivery.webhook_id is 'The webhook that it is sent to.';
    comment on column harvest.webhook_delivery.body is 'What is sent, byte for byte.';
    comment on column harvest.webhook_delivery.changes is 'Number of changes in it.';
    comment on column harvest.webhook_delivery.state is 'pending, delivered, or failed after the last try.';
    comment on column harvest.webhook_delivery.tries is 'How often it was sent.';
    comment on column harvest.webhook_delivery.next_at is 'When it is sent next; while it is being sent, when another process may take it over.';
    comment on column harvest.webhook_delivery.status is 'HTTP status of the last answer; null if none came.';
    comment on column harvest.webhook_delivery.failure is 'What went wrong the last time.';
    comment on column harvest.webhook_delivery.created_at is 'When it was written.';
    comment on column harvest.webhook_delivery.ended_at is 'When it was delivered or given up.';
  `.execute(db);
}
