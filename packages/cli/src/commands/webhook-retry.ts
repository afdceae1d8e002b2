import { retryDeliveries } from '@thresher/store/changes';
import type { CommandRegistry } from '../command-options.ts';
import { count, exit, type ExitCode, type Io, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { webhookId, mustBeWebhook } from '../webhook-id.ts';

/** `thresher webhook retry` */
export function addWebhookRetryCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('retry')
    .addArgument(webhookId())
    .description('send failed messages again, and enable a disabled webhook')
    .action((number: number) => then(retryWebhook(io, number)));
}

/** Queues failed messages again, and enables a disabled webhook. */
async function retryWebhook(io: Io, id: number): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  await mustBeWebhook(db, id);
  say(io, `${count(await retryDeliveries(db, id))} messages are sent again`);
  return exit.done;
}
