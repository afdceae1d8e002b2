import { existingSource, isSourceName } from '@thresher/pipeline';
import { renameSource } from '@thresher/store/harvest';
import { type CommandRegistry, exampleLines, jsonOption } from '../command-options.ts';
import { exit, type ExitCode, type Io, print, printJson, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher source rename` */
export function addSourceRenameCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('rename <name> <newName>')
    .description('give a source another name; its records, runs and schedules stay')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('source rename zenodo-org zenodo'))
    .action((name: string, newName: string, flags: { json?: boolean }) => then(rename(io, name, newName, flags)));
}

/** Nothing else stores the name, so nothing else changes. */
async function rename(io: Io, name: string, newName: string, flags: { json?: boolean }): Promise<ExitCode> {
  if (!isSourceName(newName))
    throw new UsageError(`${JSON.stringify(newName)} is no name: use letters, digits, dots, hyphens and underscores`);
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, name);
  if (!(await renameSource(db, source.id, newName)))
    throw new UsageError(`another source is called ${newName} already: thresher source list shows all`);
  if (flags.json) printJson(io, { source: newName, was: source.name });
  else print(io, `${source.name} is called ${newName} now`);
  return exit.done;
}
