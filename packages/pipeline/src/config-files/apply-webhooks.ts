import { addWebhook, changeWebhook, listWebhooks, placeBefore, type Webhook } from '@thresher/store/changes';
import { type Db, settledUntil } from '@thresher/store/database';
import type { WebhookEntry } from './webhook-list.ts';
import { newSecret } from '../webhooks/webhook-message.ts';

export interface AppliedWebhook {
  readonly id: number;
  readonly url: string;
  readonly action: 'added' | 'changed' | 'unchanged';
  /** One that was made now, and is not shown again; else null. */
  readonly newSecret: string | null;
}

/** What stands in the way of these webhooks: they are known by their URL, so it must not be there twice. */
export async function webhookConflicts(db: Db, entries: readonly WebhookEntry[]): Promise<string[]> {
  const webhooks = await listWebhooks(db);
  return entries.flatMap(({ url }) => {
    const same = webhooks.filter((webhook) => webhook.url === url).map((webhook) => webhook.id);
    return same.length > 1
      ? [`the webhooks ${same.join(' and ')} have the url ${url}: remove all but one with thresher webhook remove`]
      : [];
  });
}

/** Adds a webhook, which is notified of changes from now on, or changes it to what the entry says; it continues from its place. */
export async function applyWebhook(db: Db, entry: WebhookEntry): Promise<AppliedWebhook> {
  const { url, types, communities } = entry;
  const known = (await listWebhooks(db)).find((webhook) => webhook.url === url);
  if (known === undefined) {
    const secret = entry.secret ?? newSecret();
    const { id } = await addWebhook(db, { url, types, communities, secret, after: placeBefore(await settledUntil(db)) });
    return { id, url, action: 'added', newSecret: entry.secret === null ? secret : null };
  }
  const wanted = { types, communities, secret: entry.secret ?? known.secret };
  const action = isSame(known, wanted) ? 'unchanged' : 'changed';
  if (action === 'changed') await changeWebhook(db, known.id, wanted);
  return { id: known.id, url, action, newSecret: null };
}

type Wanted = Pick<WebhookEntry, 'types' | 'communities'> & { readonly secret: string };

const isSame = (known: Webhook, wanted: Wanted): boolean => comparable(known) === comparable(wanted);
const comparable = ({ types, communities, secret }: Wanted | Webhook): string =>
  JSON.stringify([types?.toSorted(), communities?.toSorted(), secret]);
