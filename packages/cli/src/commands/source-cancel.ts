import { existingSource } from '@thresher/pipeline';
import { cancelRun, findRunningRun } from '@thresher/store/harvest';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode, type Io, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher source cancel` */
export function addSourceCancelCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('cancel <source>')
    .description('end the unfinished run of a source; what has arrived stays')
    .addHelpText('after', exampleLines('source cancel zenodo'))
    .action((source: string) => then(cancel(io, source)));
}

async function cancel(io: Io, nameOrUrl: string): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, nameOrUrl);
  const run = await findRunningRun(db, source.id);
  const cancelled = run !== undefined && (await cancelRun(db, run.id));
  say(io, cancelled ? `run ${run.id} of ${source.name} is cancelled` : `${source.name} has no unfinished run`);
  return exit.done;
}
