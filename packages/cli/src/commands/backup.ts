import { backUp, type BackupSummary, restoreBackup } from '@thresher/store/database';
import { refreshAnalytics } from '@thresher/store/read';
import { type CommandRegistry, exampleLines, type Flags, jsonOption } from '../command-options.ts';
import { count, exit, type ExitCode, type Io, printJson, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher backup` */
export function addBackupCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('backup <folder>')
    .description(
      'write all tables as they are at one instant into a new folder; harvests go on. With --restore, fill an empty database from it',
    )
    .option('--restore', 'the other way: fill the empty database of DATABASE_URL, then migrate it')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('backup /backup/2026-12-01', 'backup --restore /backup/2026-12-01'))
    .action((folder: string, flags: Flags<typeof backup>) => then(backup(io, folder, flags)));
}

/** Makes a backup, or restores one. */
async function backup(io: Io, folder: string, flags: { readonly restore?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const onTable = (name: string): unknown => !flags.json && say(io, name);
  let done: BackupSummary;
  if (flags.restore) {
    done = await restoreBackup(resources.bareDb(), folder, onTable, io.signal);
    await refreshAnalytics(await resources.db(), { force: true, signal: io.signal });
  } else done = await backUp(await resources.db(), folder, onTable, io.signal);
  if (flags.json) printJson(io, done);
  else say(io, `${count(done.rows)} rows of ${done.tables} tables, as of ${done.at}`);
  // The index may hold later forms of records under higher versions, which would win over everything that is harvested again.
  if (flags.restore) say(io, 'now run thresher reindex: the search index is not part of a backup');
  return exit.done;
}
