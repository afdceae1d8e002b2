import { Argument, type Command } from 'commander';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode } from '../io.ts';

/** The shells that a script can be written for. */
const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
type Shell = (typeof shells)[number];

const NAME = 'thresher';

/**
 * `thresher completion`
 *
 * @param describe a program with all commands: the library adds a command `complete` to it
 */
export function addCompletionCommand({ program, then }: CommandRegistry, describe: () => Command): void {
  program
    .command('completion')
    .description('print the script that makes a shell complete commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('after', exampleLines('completion bash >> ~/.bashrc', 'completion fish > ~/.config/fish/completions/thresher.fish'))
    .action((shell: Shell) => then(printScript(describe(), shell)));
}

/** `thresher complete`, which the scripts of shells call. `describe` as above. */
export function addCompleteCommand({ program, then }: CommandRegistry, describe: () => Command): void {
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => then(complete(describe(), words)));
}

async function printScript(described: Command, shell: Shell): Promise<ExitCode> {
  (await completionsOf(described)).setup(NAME, NAME, shell);
  return exit.done;
}

async function complete(described: Command, words: string[]): Promise<ExitCode> {
  (await completionsOf(described)).parse(words);
  return exit.done;
}

/** Loaded only here. The library writes to standard output by itself. */
async function completionsOf(described: Command) {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  return tab(described);
}
