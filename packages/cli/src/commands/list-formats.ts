import { type CommandRegistry, exampleLines, jsonOption } from '../command-options.ts';
import { exit, type ExitCode, type Io, printRows } from '../io.ts';
import { withClient } from '../repository-client.ts';

/** `thresher list-formats` */
export function addListFormatsCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('list-formats <url>')
    .description('the metadata formats of a repository')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('list-formats https://zenodo.org/oai2d'))
    .action((url: string, flags: { json?: boolean }) => then(listFormats(io, url, flags)));
}

async function listFormats(io: Io, url: string, flags: { json?: boolean }): Promise<ExitCode> {
  const formats = await withClient(io, url, (client) => client.listMetadataFormats(undefined, io.signal));
  printRows(io, formats, {
    json: flags.json,
    head: ['metadataPrefix', 'schema'],
    cells: (format) => [format.metadataPrefix, format.schema],
  });
  return exit.done;
}
