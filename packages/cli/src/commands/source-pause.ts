import { existingSource } from '@thresher/pipeline';
import { pauseSource } from '@thresher/store/harvest';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode, type Io, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher source pause` */
export function addSourcePauseCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('pause <source>')
    .description('send no further request to a source until it is resumed; its run keeps its place')
    .addHelpText('after', exampleLines('source pause zenodo'))
    .action((source: string) => then(pause(io, source)));
}

async function pause(io: Io, nameOrUrl: string): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, nameOrUrl);
  const paused = await pauseSource(db, source.id);
  say(io, paused ? `${source.name} is paused: thresher source resume ${source.name} ends the pause` : `${source.name} was paused already`);
  return exit.done;
}
