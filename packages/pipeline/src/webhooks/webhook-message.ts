import { randomBytes } from 'node:crypto';
import { changesOf, concerns, type DeliveryEnd, type RecordStep, stepCursor, type Webhook } from '@thresher/store/changes';
import { Webhook as Signer } from 'standardwebhooks';

/** Changes in one message. */
const mostChanges = 100;

/** A secret as Standard Webhooks has it. */
export const newSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

export interface WebhookMessage {
  readonly body: string;
  readonly changes: number;
}

/** The messages about these steps for a webhook, at most 100 changes per message: `{type, timestamp, data}`, as Standard Webhooks has it. Pure. */
export function messagesFor(webhook: Pick<Webhook, 'types' | 'communities'>, steps: readonly RecordStep[], now: Date): WebhookMessage[] {
  const changes = steps.flatMap((step) =>
    changesOf(step)
      .filter((change) => concerns(change, step, webhook.types, webhook.communities))
      .map((change) => ({
        ...change,
        at: new Date(step.at / 1_000).toISOString(),
        cursor: stepCursor(step),
        record: { oai_identifier: step.oaiIdentifier, recid: step.recid, doi: step.doi, title: step.title, source: step.sourceName },
      })),
  );
  const portions = Array.from({ length: Math.ceil(changes.length / mostChanges) }, (_, i) =>
    changes.slice(i * mostChanges, (i + 1) * mostChanges),
  );
  return portions.map((portion) => ({
    body: JSON.stringify({ type: 'records.changed', timestamp: now.toISOString(), data: { changes: portion } }),
    changes: portion.length,
  }));
}

/** The headers of a message (https://www.standardwebhooks.com): its id, its time, and the signature over both and the body. Pure. */
export function signedHeaders(id: string, secret: string, body: string, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const signature = new Signer(secret).sign(`msg_${id}`, now, body);
  return { 'webhook-id': `msg_${id}`, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

const [s, m, h] = [1_000, 60_000, 3_600_000];

/** How long to wait after each try, as Standard Webhooks proposes: three days in all. */
export const retryDelaysMs: readonly number[] = [5 * s, 5 * m, 30 * m, 2 * h, 5 * h, 10 * h, 14 * h, 20 * h, 24 * h];

/** What an answer means after `tries` tries, this one included; null: none came, for that reason. Pure. */
export function deliveryEndOf(
  status: number | null,
  reason: string,
  tries: number,
  delaysMs: readonly number[] = retryDelaysMs,
): DeliveryEnd {
  if (status !== null && status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === 410) return { kind: 'unwanted', status, failure: 'the receiver answers 410: it wants no more' };
  const failure = status === null ? reason : `the receiver answers ${status}`;
  const afterMs = delaysMs[tries - 1];
  return afterMs === undefined ? { kind: 'failed', status, failure } : { kind: 'again', afterMs, status, failure };
}
