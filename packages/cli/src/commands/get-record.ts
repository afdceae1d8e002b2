import { lookUp } from '@thresher/api/lookup';
import { mapMetadata } from '@thresher/datacite';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode, type Io, printJson, print } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { withClient } from '../repository-client.ts';

/** `thresher get-record` */
export function addGetRecordCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('get-record <url-or-id> [id]')
    .description('a record of this database; with a URL (or source name) and an OAI identifier, of a repository')
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask the repository for')
    .option('--raw', 'the answer of the repository as it came')
    .addHelpText(
      'after',
      exampleLines(
        'get-record 10.5281/zenodo.3949272',
        'get-record oai:zenodo.org:3949272',
        'get-record zenodo oai:zenodo.org:3949272 --raw',
      ),
    )
    .action((first: string, second: string | undefined, flags: { metadataPrefix?: string; raw?: boolean }) =>
      then(second === undefined ? getRecord(io, first) : fetchRecord(io, first, second, flags)),
    );
}

/** A record of this database, under any of its names: number, DOI, DOI URL, record URL, OAI identifier. */
async function getRecord(io: Io, id: string): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const { record } = await lookUp(await resources.db(), id);
  printJson(io, record);
  return exit.done;
}

/** One record, mapped; `raw` prints the answer as the server sent it. */
async function fetchRecord(io: Io, url: string, identifier: string, flags: { metadataPrefix?: string; raw?: boolean }): Promise<ExitCode> {
  const metadataPrefix = flags.metadataPrefix ?? 'oai_datacite';
  return withClient(io, url, async (client) => {
    if (flags.raw) {
      const reply = await client.request({ verb: 'GetRecord', identifier, metadataPrefix }, io.signal);
      print(io, Buffer.from(reply.bytes).toString('utf8').trimEnd());
      return reply.status < 300 ? exit.done : exit.failed;
    }
    const { header, metadata } = await client.getRecord(identifier, metadataPrefix, io.signal);
    printJson(io, { header, ...(metadata === null ? { metadata: null, issues: [] } : mapMetadata(metadata, header)) });
    return exit.done;
  });
}
