import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import type { WebhookDeliveryTable, WebhookTable } from '../database/harvest-schema.ts';
import type { StepPlace } from './list-changes.ts';
import type { ChangeType } from './step-changes.ts';

export type Webhook = Selectable<WebhookTable>;
export type WebhookDelivery = Selectable<WebhookDeliveryTable>;

export interface NewWebhook {
  readonly url: string;
  readonly secret: string;
  /** Null: all. */
  readonly types: readonly ChangeType[] | null;
  readonly communities: readonly string[] | null;
  /** The webhook is notified of the changes after this place. */
  readonly after: StepPlace;
}

export async function addWebhook(db: Kysely<Database>, { url, secret, types, communities, after }: NewWebhook): Promise<Webhook> {
  return db
    .insertInto('harvest.webhook')
    .values({
      url,
      secret,
      types: types && [...types],
      communities: communities && [...communities],
      at_micros: after.at,
      record_id: after.recordId,
      revision: after.revision,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function listWebhooks(db: Kysely<Database>): Promise<(Webhook & { readonly pending: number; readonly failed: number })[]> {
  const { rows } = await sql<Webhook & { pending: number; failed: number }>`
    select w.*, count(d.id) filter (where d.state = 'pending') as pending, count(d.id) filter (where d.state = 'failed') as failed
    from harvest.webhook w left join harvest.webhook_delivery d on d.webhook_id = w.id group by w.id order by w.id`.execute(db);
  return rows;
}

/** Changes which changes a webhook gets, or its secret. Its place and its queued messages stay. */
export async function changeWebhook(
  db: Kysely<Database>,
  id: number,
  { types, communities, secret }: Pick<NewWebhook, 'types' | 'communities' | 'secret'>,
): Promise<void> {
  await db
    .updateTable('harvest.webhook')
    .set({ types: types && [...types], communities: communities && [...communities], secret })
    .where('id', '=', id)
    .execute();
}

/** Returns false if there is no such webhook. */
export async function removeWebhook(db: Kysely<Database>, id: number): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('harvest.webhook').where('id', '=', id).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** The last messages to a webhook, the latest first. */
export async function listDeliveries(db: Kysely<Database>, webhookId: number, limit: number): Promise<WebhookDelivery[]> {
  return db
    .selectFrom('harvest.webhook_delivery')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
}

/** At most this many messages of a webhook are queued. Later changes become messages when some of these are delivered. */
const mostPending = 1_000;

/** Makes the next messages of a webhook, with the last change that they contain. Null if there is nothing new. */
export type NextMessages = (
  trx: Kysely<Database>,
  webhook: Webhook,
) => Promise<{ readonly messages: readonly { readonly body: string; readonly changes: number }[]; readonly upTo: StepPlace } | null>;

/**
 * Writes messages for one webhook, and the place that they reach, in one transaction, so that no change is sent twice or skipped.
 * Returns false if there is nothing to do: nothing changed, enough messages are queued, or another process is writing them.
 */
export async function createDeliveries(db: Kysely<Database>, webhookId: number, nextMessages: NextMessages): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<Webhook>`
      select * from harvest.webhook where id = ${webhookId} and disabled_reason is null
        and (select count(*) from harvest.webhook_delivery where webhook_id = ${webhookId} and state = 'pending') < ${mostPending}
      for update skip locked`.execute(trx);
    const next = rows[0] === undefined ? null : await nextMessages(trx, rows[0]);
    if (next === null) return false;
    const { at, recordId, revision } = next.upTo;
    await sql`update harvest.webhook set at_micros = ${at}, record_id = ${recordId}, revision = ${revision} where id = ${webhookId}`.execute(
      trx,
    );
    for (const { body, changes } of next.messages)
      await sql`insert into harvest.webhook_delivery (webhook_id, body, changes) values (${webhookId}, ${body}, ${changes})`.execute(trx);
    return true;
  });
}

/** A message with what is needed to send it. */
export interface DueDelivery {
  readonly id: string;
  readonly webhookId: number;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
  /** Number of tries, this one included. */
  readonly tries: number;
}

/** A message that a process has dequeued and not finished after this time is dequeued again: well over the time limit of a request. */
const leaseSeconds = 120;

/**
 * Dequeues due messages, the oldest of each webhook. They arrive in order unless one of them has to be sent again. If a process dies,
 * its message becomes due again a little later.
 */
export async function dequeueDeliveries(db: Kysely<Database>, limit: number): Promise<DueDelivery[]> {
  const { rows } = await sql<DueDelivery>`
    update harvest.webhook_delivery d set tries = d.tries + 1, next_at = now() + ${leaseSeconds} * interval '1 second'
    from harvest.webhook w
    where w.id = d.webhook_id and d.state = 'pending' and d.next_at <= now() and d.id in (
      select distinct on (due.webhook_id) due.id from harvest.webhook_delivery due join harvest.webhook h on h.id = due.webhook_id
      where due.state = 'pending' and due.next_at <= now() and h.disabled_reason is null
      order by due.webhook_id, due.number limit ${limit})
    returning d.id, d.webhook_id as "webhookId", w.url, w.secret, d.body, d.tries`.execute(db);
  return rows;
}

/** How a try ended. */
export type DeliveryEnd =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'again'; readonly afterMs: number; readonly status: number | null; readonly failure: string }
  | { readonly kind: 'failed'; readonly status: number | null; readonly failure: string }
  /** The receiver answered 410: it wants no more messages. */
  | { readonly kind: 'unwanted'; readonly status: number; readonly failure: string };

export async function endTry(db: Kysely<Database>, { id, webhookId }: DueDelivery, end: DeliveryEnd): Promise<void> {
  if (end.kind === 'again') {
    await sql`update harvest.webhook_delivery set next_at = now() + ${end.afterMs} * interval '1 millisecond', status = ${end.status}, failure = ${end.failure}
      where id = ${id}`.execute(db);
    return;
  }
  const state = end.kind === 'delivered' ? 'delivered' : 'failed';
  const failure = end.kind === 'delivered' ? null : end.failure;
  await sql`update harvest.webhook_delivery set state = ${state}, status = ${end.status}, failure = ${failure}, ended_at = now() where id = ${id}`.execute(
    db,
  );
  if (end.kind === 'unwanted')
    await sql`update harvest.webhook set disabled_reason = ${end.failure} where id = ${webhookId} and disabled_reason is null`.execute(db);
}

/** Queues failed messages again, with all their tries, and enables a disabled webhook. Returns the number of messages. */
export async function retryDeliveries(db: Kysely<Database>, webhookId: number): Promise<number> {
  await sql`update harvest.webhook set disabled_reason = null where id = ${webhookId}`.execute(db);
  const { numAffectedRows = 0n } = await sql`
    update harvest.webhook_delivery set state = 'pending', tries = 0, next_at = now(), ended_at = null
    where webhook_id = ${webhookId} and state = 'failed'`.execute(db);
  return Number(numAffectedRows);
}

/** Messages delivered more than `days` ago. Pending and failed ones stay: the former have to be sent, the latter may be sent again. */
const oldDeliveries = (days: number): RawBuilder<unknown> =>
  sql`harvest.webhook_delivery where state = 'delivered' and ended_at < now() - ${days}::int * interval '1 day'`;

/** How many messages {@link pruneDeliveries} would delete. */
export async function countPrunableDeliveries(db: Kysely<Database>, days: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${oldDeliveries(days)}`.execute(db);
  return rows[0]!.n;
}

/** Deletes messages that were delivered more than `days` ago, at most `limit`. Returns how many. */
export async function pruneDeliveries(db: Kysely<Database>, days: number, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from harvest.webhook_delivery where id in (select id from ${oldDeliveries(days)} order by ended_at limit ${limit} for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows);
}
