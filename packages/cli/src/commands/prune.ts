import { findPrunable, prune as deleteOld, retentionPolicyOf } from '@thresher/pipeline';
import type { RetentionPolicy } from '@thresher/store/harvest';
import { InvalidArgumentError, Option } from 'commander';
import { type CommandRegistry, exampleLines, type Flags, jsonOption } from '../command-options.ts';
import { bytes, count, exit, type ExitCode, type Io, print, printJson, say, table } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

interface PruneFlags {
  readonly pages?: number;
  readonly history?: number;
  readonly deliveries?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `thresher prune` */
export function addPruneCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('prune')
    .description('delete what is older than the retention policy allows and what nothing needs any more')
    .addOption(daysOption('pages', 0, 'the bytes of pages that a later complete run has fetched again', 'RETAIN_PAGES_DAYS, or 0'))
    .addOption(
      daysOption('history', 1, 'earlier revisions of records and the steps of communities', 'RETAIN_HISTORY_DAYS; unset, all are kept'),
    )
    .addOption(daysOption('deliveries', 1, 'delivered messages to webhooks', 'RETAIN_DELIVERIES_DAYS, or 30'))
    .option('--dry-run', 'only report what would be deleted')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('prune --dry-run', 'prune', 'prune --history 730'))
    .action((flags: Flags<typeof prune>) => then(prune(io, flags)));
}

const daysOption = (name: string, least: number, what: string, usual: string): Option =>
  new Option(`--${name} <days>`, `delete ${what} after this many days (default: ${usual})`).argParser((text) => {
    const days = Number(text);
    if (/^\d{1,5}$/.test(text) && days >= least) return days;
    throw new InvalidArgumentError(`It has to be a whole number of days from ${least}.`);
  });

/** Deletes the bytes of superseded pages, and what the policy of the environment or the flags name. */
export async function prune(io: Io, flags: PruneFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const usual = retentionPolicyOf(io.env);
  const policy: RetentionPolicy = {
    pages: flags.pages ?? usual.pages ?? 0,
    history: flags.history ?? usual.history,
    deliveries: flags.deliveries ?? usual.deliveries,
  };
  const deps = { db: await resources.db(), log: resources.log, searchable: (await resources.search()) !== null };
  const found = await findPrunable(deps, policy);
  const pages = found.pages.reduce((sum, it) => sum + it.pages, 0);
  const isNothing = pages + found.revisions + found.deliveries === 0;
  const deleted = flags.dryRun || isNothing ? null : await deleteOld(deps, policy, io.signal);
  if (flags.json) printJson(io, { policy, prunable: found, deleted });
  else if (isNothing) print(io, 'nothing is old enough to be deleted, or everything is still needed');
  else {
    if (found.pages.length > 0) print(io, pageTable(found.pages));
    if (found.revisions > 0) print(io, `${count(found.revisions)} earlier revisions of records`);
    if (found.deliveries > 0) print(io, `${count(found.deliveries)} delivered messages to webhooks`);
    if (deleted === null) say(io, 'nothing was deleted: leave out --dry-run to delete');
    else
      say(
        io,
        `deleted: the bytes of ${count(deleted.pages)} pages (${bytes(deleted.pageBytes)}), ${count(deleted.revisions)} revisions, ` +
          `${count(deleted.steps)} steps of communities, ${count(deleted.deliveries)} messages; the ledger says so (harvest.pruning)`,
      );
  }
  return exit.done;
}

const pageTable = (pages: readonly { readonly source: string; readonly pages: number; readonly bytes: number }[]): string =>
  table(
    ['source', 'superseded pages', 'bytes'],
    pages.map((it) => [it.source, it.pages, it.bytes]),
  );
