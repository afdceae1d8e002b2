import { existingSource } from '@thresher/pipeline';
import { resumeSource } from '@thresher/store/harvest';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode, type Io, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher source resume` */
export function addSourceResumeCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('resume <source>')
    .description('end the pause of a source')
    .addHelpText('after', exampleLines('source resume zenodo'))
    .action((source: string) => then(resume(io, source)));
}

async function resume(io: Io, nameOrUrl: string): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, nameOrUrl);
  const resumed = await resumeSource(db, source.id);
  say(io, resumed ? `${source.name} goes on` : `${source.name} was not paused`);
  return exit.done;
}
