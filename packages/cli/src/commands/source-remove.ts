import { dropSource, existingSource, applySchedulesOfSources } from '@thresher/pipeline';
import { countRecords } from '@thresher/store/read';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { count, exit, type ExitCode, type Io, say, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher source remove` */
export function addSourceRemoveCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('remove <name>')
    .description('remove a source and everything harvested from it')
    .option('--yes', 'confirm that its records are deleted')
    .addHelpText('after', exampleLines('source remove mine --yes'))
    .action((name: string, flags: { yes?: boolean }) => then(deleteSource(io, name, flags)));
}

async function deleteSource(io: Io, name: string, flags: { yes?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, name);
  const { live, deleted } = await countRecords(db, source.id);
  if (live + deleted > 0 && !flags.yes)
    throw new UsageError(`${count(live + deleted)} records of ${source.name} would be deleted; repeat with --yes to confirm`);
  await dropSource(
    db,
    await resources.search(),
    source,
    (records) => records % 10_000 === 0 && say(io, `${count(records)} records removed`),
    io.signal,
  );
  await applySchedulesOfSources(db, await resources.schedules(), resources.log);
  say(io, `${source.name} and ${count(live + deleted)} records were deleted`);
  return exit.done;
}
