import { Argument, Option } from 'commander';
import {
  addWebhookCommand,
  type AddWebhookFlags,
  deliverWebhooks,
  listWebhooksCommand,
  removeWebhookCommand,
  retryWebhook,
  webhookLog,
} from './commands/webhook.ts';
import { collect, type CommandRegistry, examples, type Flags, json, wholeNumber } from './command-options.ts';

const id = (): Argument => new Argument('<id>', 'number of the webhook').argParser(wholeNumber);

/** The commands that tell others of changes. */
export function addWebhookCommands({ io, program, then }: CommandRegistry): void {
  const webhook = program.command('webhook').description('notify URLs of changes with signed messages (standardwebhooks.com)');
  webhook
    .command('add <url>')
    .description('notify a URL of changes by POST; prints the secret that signs its messages')
    .option('--events <list>', 'only these, separated by commas: created, updated, deleted, restored, joined, left')
    .option('--community <slug>', 'only changes of this community; may be repeated', collect)
    .option('--since <date>', 'first change to send: 2026-01-31, or 7d; default now')
    .addOption(json())
    .addHelpText('after', examples('webhook add https://example.org/hook --events created,joined --community biosyslit'))
    .action((url: string, flags: AddWebhookFlags) => then(addWebhookCommand(io, url, flags)));
  webhook
    .command('list')
    .description('the webhooks, and their queued messages')
    .addOption(json())
    .action((flags: Flags<typeof listWebhooksCommand>) => then(listWebhooksCommand(io, flags)));
  webhook
    .command('log')
    .addArgument(id())
    .description('messages that were sent, and their results')
    .addOption(new Option('--limit <n>', 'show at most n, the latest first').argParser(wholeNumber).default(50))
    .addOption(json())
    .action((number: number, flags: Flags<typeof webhookLog>) => then(webhookLog(io, number, flags)));
  webhook
    .command('retry')
    .addArgument(id())
    .description('send failed messages again, and enable a disabled webhook')
    .action((number: number) => then(retryWebhook(io, number)));
  webhook
    .command('remove')
    .addArgument(id())
    .description('remove a webhook and its messages')
    .action((number: number) => then(removeWebhookCommand(io, number)));
  webhook
    .command('deliver')
    .description('send all due messages once, if no harvester process runs')
    .addOption(json())
    .action((flags: Flags<typeof deliverWebhooks>) => then(deliverWebhooks(io, flags)));
}
