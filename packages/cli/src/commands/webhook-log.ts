import { listDeliveries } from '@thresher/store/changes';
import { Option } from 'commander';
import { type CommandRegistry, type Flags, jsonOption, wholeNumber } from '../command-options.ts';
import { exit, type ExitCode, type Io, printRows } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { webhookId, mustBeWebhook } from '../webhook-id.ts';

/** `thresher webhook log` */
export function addWebhookLogCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('log')
    .addArgument(webhookId())
    .description('messages that were sent, and their results')
    .addOption(new Option('--limit <n>', 'show at most n, the latest first').argParser(wholeNumber).default(50))
    .addOption(jsonOption())
    .action((number: number, flags: Flags<typeof webhookLog>) => then(webhookLog(io, number, flags)));
}

/** Prints the messages of a webhook and their results. */
async function webhookLog(io: Io, id: number, flags: { limit: number; json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  await mustBeWebhook(db, id);
  printRows(io, await listDeliveries(db, id, flags.limit), {
    json: flags.json,
    head: ['message', 'written', 'state', 'changes', 'tries', 'status', 'next', 'why'],
    cells: (it) => [
      `msg_${it.id}`,
      it.created_at.toISOString().slice(0, 19),
      it.state,
      it.changes,
      it.tries,
      it.status,
      it.state === 'pending' ? it.next_at.toISOString().slice(0, 19) : null,
      it.failure,
    ],
  });
  return exit.done;
}
