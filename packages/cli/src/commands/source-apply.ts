import { applySource, applyWebhook, webhookConflicts, type AppliedWebhook, type SourceList } from '@thresher/pipeline';
import { listWebhooks } from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import { listSources } from '@thresher/store/harvest';
import { readFile } from 'node:fs/promises';
import { type CommandRegistry, exampleLines, jsonOption } from '../command-options.ts';
import { exit, type ExitCode, type Io, print, printJson, say, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { readSourcesFile, conflictsOf, throwConflicts, applySchedules } from '../source-file.ts';

/** `thresher source apply` */
export function addSourceApplyCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('apply <file>')
    .description('apply a YAML file of sources; sources that it does not name stay as they are')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('source apply sources.yaml'))
    .action((file: string, flags: { json?: boolean }) => then(applyFile(io, file, flags)));
}

/** Changes sources and webhooks to match a YAML file. If anything in it is wrong, all faults are printed and nothing is changed. */
async function applyFile(io: Io, file: string, flags: { json?: boolean }): Promise<ExitCode> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  const list = readSourcesFile(text, file);
  await using resources = openCommandResources(io);
  const db = await resources.db();
  throwConflicts(file, [...(await conflictsOf(db, list.sources)), ...(await webhookConflicts(db, list.webhooks))]);
  const sources = [];
  for (const entry of list.sources) sources.push(await applySource(db, entry));
  const webhooks = [];
  for (const entry of list.webhooks) webhooks.push(await applyWebhook(db, entry));
  await applySchedules(io, resources, db);
  if (flags.json)
    printJson(io, [...sources.map(({ source, action }) => ({ source: source.name, action })), ...webhooks.map(describeWebhook)]);
  else {
    for (const { source, action } of sources) print(io, `${source.name}: ${action}`);
    for (const { id, url, action, newSecret } of webhooks)
      print(io, `webhook ${id}, ${url}: ${action}${newSecret === null ? '' : `, ${newSecret}`}`);
  }
  if (webhooks.some(({ newSecret }) => newSecret !== null)) say(io, 'keep the secrets of new webhooks: they are not shown again');
  await sayOthers(io, db, list, file);
  return exit.done;
}

const describeWebhook = ({ id, url, action, newSecret }: AppliedWebhook) => ({
  webhook: id,
  url,
  action,
  ...(newSecret && { secret: newSecret }),
});

async function sayOthers(io: Io, db: Db, { sources, webhooks }: SourceList, file: string): Promise<void> {
  const others = [
    ...(await listSources(db)).map(({ name }) => name).filter((name) => !sources.some((entry) => entry.name === name)),
    ...(await listWebhooks(db)).map(({ url }) => url).filter((url) => !webhooks.some((entry) => entry.url === url)),
  ];
  if (others.length > 0) say(io, `not in ${file}, and left as they are: ${others.join(', ')}`);
}
