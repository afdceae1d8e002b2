import { Option } from 'commander';
import { type CommandRegistry, exampleLines, jsonOption, wholeNumber } from '../command-options.ts';
import { exit, type ExitCode, type Io, print, say } from '../io.ts';
import { withClient } from '../repository-client.ts';

/** `thresher list-sets` */
export function addListSetsCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('list-sets <url>')
    .description('the sets of a repository')
    .addOption(new Option('--limit <n>', 'stop after n sets').argParser(wholeNumber))
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('list-sets zenodo --limit 200'))
    .action((url: string, flags: { json?: boolean; limit?: number }) => then(listSets(io, url, flags)));
}

async function listSets(io: Io, url: string, flags: { json?: boolean; limit?: number }): Promise<ExitCode> {
  return withClient(io, url, async (client) => {
    let shown = 0;
    for await (const { setSpec, setName } of client.listSets(io.signal)) {
      if (shown++ === flags.limit) {
        say(io, `the first ${flags.limit}; there are more`);
        break;
      }
      print(io, flags.json ? JSON.stringify({ setSpec, setName }) : `${setSpec}\t${setName ?? ''}`);
    }
    return exit.done;
  });
}
