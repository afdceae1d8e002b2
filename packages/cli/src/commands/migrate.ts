import { migrateToLatest } from '@thresher/store/database';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode, type Io, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher migrate` */
export function addMigrateCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('migrate')
    .description('create or upgrade the tables of the database')
    .addHelpText('after', exampleLines('migrate'))
    .action(() => then(migrate(io)));
}

export async function migrate(io: Io): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const applied = await migrateToLatest(resources.bareDb());
  say(io, applied.length === 0 ? 'the database is up to date' : `applied ${applied.join(', ')}`);
  return exit.done;
}
