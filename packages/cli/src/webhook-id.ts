import { listWebhooks } from '@thresher/store/changes';
import { Argument } from 'commander';
import { wholeNumber } from './command-options.ts';
import { UsageError } from './io.ts';

export const webhookId = (): Argument => new Argument('<id>', 'number of the webhook').argParser(wholeNumber);

export async function mustBeWebhook(db: Parameters<typeof listWebhooks>[0], id: number): Promise<void> {
  if (!(await listWebhooks(db)).some((webhook) => webhook.id === id)) throw unknownWebhook(id);
}

export const unknownWebhook = (id: number): UsageError => new UsageError(`there is no webhook ${id}: thresher webhook list shows them`);
