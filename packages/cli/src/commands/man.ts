import { version } from '@thresher/pipeline';
import { type Variable, VARIABLES } from '@thresher/runtime';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode, type Io } from '../io.ts';
import { manPage } from '../man-page.ts';

/** `thresher man` */
export function addManCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('man')
    .description('print the man page')
    .addHelpText('after', exampleLines('man > thresher.1', 'man > ~/.local/share/man/man1/thresher.1'))
    .action(() => then(printManPage(io, program)));
}

async function printManPage(io: Io, program: CommandRegistry['program']): Promise<ExitCode> {
  const sections: readonly Readonly<Record<string, Variable<unknown>>>[] = Object.values(VARIABLES);
  const variables = sections.flatMap((section) => Object.values(section));
  io.stdout.write(manPage(program, { version, variables }));
  return exit.done;
}
