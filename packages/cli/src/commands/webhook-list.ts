import { listWebhooks } from '@thresher/store/changes';
import { type CommandRegistry, type Flags, jsonOption } from '../command-options.ts';
import { exit, type ExitCode, type Io, printRows } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher webhook list` */
export function addWebhookListCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('list')
    .description('the webhooks, and their queued messages')
    .addOption(jsonOption())
    .action((flags: Flags<typeof showWebhooks>) => then(showWebhooks(io, flags)));
}

async function showWebhooks(io: Io, flags: { json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const webhooks = (await listWebhooks(await resources.db())).map((webhook) => ({ ...webhook, secret: undefined }));
  printRows(io, webhooks, {
    json: flags.json,
    none: 'there are no webhooks yet: thresher webhook add URL',
    head: ['webhook', 'url', 'events', 'communities', 'sent until', 'pending', 'failed', 'state'],
    cells: (it) => [
      String(it.id),
      it.url,
      it.types?.join(',') ?? 'all',
      it.communities?.join(',') ?? 'all',
      new Date(it.at_micros / 1_000).toISOString().slice(0, 19),
      it.pending,
      it.failed,
      it.disabled_reason ?? 'active',
    ],
  });
  return exit.done;
}
