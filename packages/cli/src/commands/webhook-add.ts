import { newSecret } from '@thresher/pipeline';
import { addWebhook, placeBefore, CHANGE_TYPES, type ChangeType } from '@thresher/store/changes';
import { settledUntil } from '@thresher/store/database';
import { collect, type CommandRegistry, exampleLines, jsonOption } from '../command-options.ts';
import { readDate } from '../dates.ts';
import { exit, type ExitCode, type Io, print, printJson, say, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher webhook add` */
export function addWebhookAddCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('add <url>')
    .description('notify a URL of changes by POST; prints the secret that signs its messages')
    .option('--events <list>', 'only these, separated by commas: created, updated, deleted, restored, joined, left')
    .option('--community <slug>', 'only changes of this community; may be repeated', collect)
    .option('--since <date>', 'first change to send: 2026-01-31, or 7d; default now')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('webhook add https://example.org/hook --events created,joined --community biosyslit'))
    .action((url: string, flags: AddWebhookFlags) => then(addWebhookUrl(io, url, flags)));
}

interface AddWebhookFlags {
  readonly events?: string;
  readonly community?: string[];
  readonly since?: string;
  readonly json?: boolean;
}

/** Adds a receiver, and prints the secret that its messages are signed with: it is not shown again. */
async function addWebhookUrl(io: Io, url: string, flags: AddWebhookFlags): Promise<ExitCode> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`${JSON.stringify(url)} is not an http or https URL`);
  const types = flags.events === undefined ? null : readTypes(flags.events);
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const at = flags.since === undefined ? await settledUntil(db) : readDate(flags.since, 'start', new Date()).getTime() * 1_000;
  const wanted = { url, secret: newSecret(), types, communities: flags.community ?? null, after: placeBefore(at) };
  const { id, secret } = await addWebhook(db, wanted);
  if (flags.json) printJson(io, { id, url, secret });
  else print(io, `webhook ${id}: ${secret}`);
  say(io, 'a harvester process sends its messages, or thresher webhook deliver; keep the secret, it is not shown again');
  return exit.done;
}

function readTypes(text: string): ChangeType[] {
  const wanted = text.split(',').map((type) => type.trim());
  const types = CHANGE_TYPES.filter((type) => wanted.includes(type));
  const wrong = wanted.find((type) => !(CHANGE_TYPES as readonly string[]).includes(type));
  if (wrong !== undefined) throw new UsageError(`there is no event ${JSON.stringify(wrong)}, only ${CHANGE_TYPES.join(', ')}`);
  return types;
}
