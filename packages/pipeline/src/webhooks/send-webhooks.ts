import { setTimeout as sleep } from 'node:timers/promises';
import { authorized, createDispatcher, discard, type Outbound, type Transport, undiciTransport } from '@thresher/oai';
import { createReport, type Logger, measure } from '@thresher/runtime';
import {
  createDeliveries,
  type DueDelivery,
  endTry,
  listSteps,
  listWebhooks,
  dequeueDeliveries,
  type Webhook,
} from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import { deliveryEndOf, messagesFor, retryDelaysMs, signedHeaders } from './webhook-message.ts';

export interface WebhookDeps extends Outbound {
  readonly db: Db;
  readonly log: Logger;
  /** How long to wait after each try, milliseconds; as Standard Webhooks proposes unless specified. */
  readonly delaysMs?: readonly number[];
}

const stepsAtATime = 500;
/** A slow receiver does not delay the others: up to this many deliveries run at a time. */
const lanes = 8;
const timeoutMs = 15_000;

export interface WebhookRound {
  readonly delivered: number;
  /** Sent in vain, to be sent again or given up. */
  readonly failed: number;
}

/** Writes messages for all that changed, and sends all that is due, once. The log of changes is read, nothing else: a harvest does not notice. */
export async function sendWebhooks(deps: WebhookDeps, signal: AbortSignal): Promise<WebhookRound> {
  const { db } = deps;
  const webhooks = (await listWebhooks(db)).filter((webhook) => webhook.disabled_reason === null);
  for (const { id } of webhooks) while (await createDeliveries(db, id, nextMessages)) signal.throwIfAborted();
  const dispatcher = createDispatcher(timeoutMs, { allowed: deps.allowed ?? [] });
  try {
    return await sendDue(deps, undiciTransport(dispatcher), signal);
  } finally {
    await dispatcher.destroy();
  }
}

async function sendDue(deps: WebhookDeps, transport: Transport, signal: AbortSignal): Promise<WebhookRound> {
  const { db } = deps;
  let [delivered, failed] = [0, 0];
  for (let due = await dequeueDeliveries(db, lanes); due.length > 0 && !signal.aborted; due = await dequeueDeliveries(db, lanes)) {
    const ends = await Promise.all(due.map((one) => sendOne(deps, transport, one, signal)));
    delivered += ends.filter((end) => end === 'delivered').length;
    failed += ends.filter((end) => end !== 'delivered').length;
  }
  return { delivered, failed };
}

async function nextMessages(trx: Parameters<typeof listSteps>[0], webhook: Webhook) {
  const after = { at: webhook.at_micros, recordId: webhook.record_id, revision: webhook.revision };
  const { steps } = await listSteps(trx, { after, limit: stepsAtATime, communities: webhook.communities });
  const last = steps.at(-1);
  return last === undefined ? null : { messages: messagesFor(webhook, steps, new Date()), upTo: last };
}

async function sendOne(
  { db, log, userAgent, delaysMs = retryDelaysMs }: WebhookDeps,
  transport: Transport,
  due: DueDelivery,
  signal: AbortSignal,
): Promise<string> {
  const { status, reason } = await post(transport, due, userAgent, signal);
  // Stopped in the middle: the next process sends it again, under the same id.
  if (status === null && signal.aborted) return 'stopped';
  const end = deliveryEndOf(status, reason, due.tries, delaysMs);
  await endTry(db, due, end);
  measure('webhookTries', { outcome: end.kind });
  if (end.kind !== 'delivered')
    log.warn({ webhook: due.webhookId, message: due.id, tries: due.tries, why: end.failure }, 'a webhook did not take a message');
  return end.kind;
}

async function post(
  transport: Transport,
  { id, url, secret, body }: DueDelivery,
  userAgent: string,
  signal: AbortSignal,
): Promise<{ status: number | null; reason: string }> {
  try {
    const headers = { 'content-type': 'application/json', 'user-agent': userAgent, ...signedHeaders(id, secret, body, new Date()) };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    // A redirect is an answer like any other: a receiver that has moved is entered with its new URL.
    const reply = await transport(...authorized(url, { method: 'POST', body, headers, signal: limit }));
    await discard(reply);
    return { status: reply.status, reason: '' };
  } catch (error) {
    return { status: null, reason: `no answer: ${(error as Error).message}` };
  }
}

const everyMs = 2_000;

/** Does so until the signal. */
export async function sendWebhooksUntilStopped(deps: WebhookDeps, signal: AbortSignal): Promise<void> {
  const report = createReport(deps.log);
  while (!signal.aborted) {
    await sendWebhooks(deps, signal).catch((error: unknown) => {
      if (!signal.aborted) report(error, 'webhooks could not be notified; trying again');
    });
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
