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
  const webhook = program.command('webhook').description('who is told of changes, by signed messages (standardwebhooks.com)');
  webhook
    .command('add <url>')
    .description('tell a URL of changes by POST; prints the secret that its messages are signed with')
    .option('--events <list>', 'only these, separated by commas: created, updated, deleted, restored, joined, left')
    .option('--community <slug>', 'only what concerns this community; may be repeated', collect)
    .option('--since <date>', 'from then on: 2026-01-31, or 7d; now unless told')
    .addOption(json())
    .addHelpText('after', examples('webhook add https://example.org/hook --events created,joined --community biosyslit'))
    .action((url: string, flags: AddWebhookFlags) => then(addWebhookCommand(io, url, flags)));
  webhook
    .command('list')
    .description('the webhooks, and what waits for them')
    .addOption(json())
    .action((flags: Flags<typeof listWebhooksCommand>) => then(listWebhooksCommand(io, flags)));
  webhook
    .command('log')
    .addArgument(id())
    .description('what was sent, and what came of it')
    .addOption(new Option('--limit <n>', 'so many at most, the latest first').argParser(wholeNumber).default(50))
    .addOption(json())
    .action((number: number, flags: Flags<typeof webhookLog>) => then(webhookLog(io, number, flags)));
  webhook
    .command('retry')
    .addArgument(id())
    .description('send what was given up again, and let a disabled webhook work again')
    .action((number: number) => then(retryWebhook(io, number)));
  webhook
    .command('remove')
    .addArgument(id())
    .description('tell it nothing more, and forget its messages')
    .action((number: number) => then(removeWebhookCommand(io, number)));
  webhook
    .command('deliver')
    .description('send all that is due once, where no harvester process runs')
    .addOption(json())
    .action((flags: Flags<typeof deliverWebhooks>) => then(deliverWebhooks(io, flags)));
}
