import { type CommandRegistry, exampleLines, jsonOption } from '../command-options.ts';
import { exit, type ExitCode, type Io, print, printJson } from '../io.ts';
import { withClient } from '../repository-client.ts';

/** `thresher identify` */
export function addIdentifyCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('identify <url>')
    .description('what a repository says of itself')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('identify https://zenodo.org/oai2d'))
    .action((url: string, flags: { json?: boolean }) => then(identify(io, url, flags)));
}

export async function identify(io: Io, url: string, flags: { json?: boolean }): Promise<ExitCode> {
  const identity = await withClient(io, url, (client) => client.identify(io.signal));
  if (flags.json) printJson(io, identity);
  else {
    const { descriptions: _, ...facts } = identity;
    for (const [name, value] of Object.entries(facts)) print(io, `${name.padEnd(18)}${asText(value)}`);
  }
  return exit.done;
}

function asText(value: string | Date | readonly string[] | null): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : (value?.join(', ') ?? '–');
}
