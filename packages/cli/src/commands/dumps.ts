import { knownSource } from '@thresher/pipeline';
import { type CommandRegistry, exampleLines, type Flags, jsonOption } from '../command-options.ts';
import { databaseIfSet, offeredDumps } from '../harvesting/dump-plan.ts';
import { bytes, exit, type ExitCode, type Io, printJson, printRows } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher dumps` */
export function addDumpsCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('dumps [source]')
    .description('the bulk files that the exporter of a source offers; of zenodo unless specified')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('dumps', 'dumps zenodo --json', 'dumps https://example.org/oai2d'))
    .action((source: string | undefined, flags: Flags<typeof dumps>) => then(dumps(io, source ?? 'zenodo', flags)));
}

/** Lists the dumps that the exporter of a source offers. Works without a database too. */
export async function dumps(io: Io, nameOrUrl: string, flags: { readonly json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await databaseIfSet(io, resources);
  const source = await knownSource(db, nameOrUrl);
  const offered = await offeredDumps(resources, db, source.baseURL, source.settings.ratePerMinute ?? null, io.signal);
  if (flags.json) printJson(io, offered);
  else
    printRows(io, offered, {
      json: false,
      none: `the exporter of ${source.name} is empty`,
      head: ['key', 'created', 'size', 'newest', 'checksum', 'version'],
      cells: (it) => [it.key, it.created.toISOString().slice(0, 16), bytes(it.size), it.isHead ? 'yes' : '', it.checksum, it.version],
    });
  return exit.done;
}
