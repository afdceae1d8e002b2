import { openMetrics, startTransformer } from '@thresher/pipeline';
import { type CommandRegistry, exampleLines, type Flags, workersOption } from '../command-options.ts';
import { exit, type ExitCode, type Io } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher work` */
export function addWorkCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('work')
    .description('transform harvested pages until stopped: additional workers for a harvest')
    .addOption(workersOption())
    .addHelpText('after', exampleLines('work --workers 4'))
    .action((flags: Flags<typeof work>) => then(work(io, flags)));
}

/** Transforms pages until a signal: what `harvest` does itself, for other processes and machines. */
export async function work(io: Io, flags: { workers: number }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  await using _ = await openMetrics(resources);
  await startTransformer(resources, flags.workers, io.signal);
  return exit.interrupted;
}
