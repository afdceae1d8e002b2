import { prunablePages, prunePages } from '@thresher/store/harvest';
import { type CommandRegistry, exampleLines, type Flags, jsonOption } from '../command-options.ts';
import { count, exit, type ExitCode, type Io, print, printJson, table } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher prune` */
export function addPruneCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('prune')
    .description('delete the bytes of pages that a later complete run has fetched again')
    .option('--dry-run', 'only report what would be deleted')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('prune --dry-run', 'prune'))
    .action((flags: Flags<typeof prune>) => then(prune(io, flags)));
}

/** Deletes the bytes of pages that a later complete run has requested again. */
export async function prune(io: Io, flags: { readonly dryRun?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const searchable = (await resources.search()) !== null;
  const found = await prunablePages(db, searchable);
  const pruned = flags.dryRun ? 0 : await prunePages(db, searchable, io.signal);
  if (flags.json) printJson(io, { prunable: found, pruned });
  else if (found.length === 0) print(io, 'every page that is stored is still needed');
  else {
    print(
      io,
      table(
        ['source', 'superseded pages', 'bytes'],
        found.map((it) => [it.source, it.pages, it.bytes]),
      ),
    );
    print(
      io,
      flags.dryRun
        ? 'nothing was deleted: leave out --dry-run to delete'
        : `the bytes of ${count(pruned)} pages were deleted; the ledger still has when each was fetched`,
    );
  }
  return exit.done;
}
