import { removeWebhook } from '@thresher/store/changes';
import type { CommandRegistry } from '../command-options.ts';
import { exit, type ExitCode, type Io, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { webhookId, unknownWebhook } from '../webhook-id.ts';

/** `thresher webhook remove` */
export function addWebhookRemoveCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('remove')
    .addArgument(webhookId())
    .description('remove a webhook and its messages')
    .action((number: number) => then(deleteWebhook(io, number)));
}

async function deleteWebhook(io: Io, id: number): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  if (!(await removeWebhook(await resources.db(), id))) throw unknownWebhook(id);
  say(io, `webhook ${id} is removed`);
  return exit.done;
}
