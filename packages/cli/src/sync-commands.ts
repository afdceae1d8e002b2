import { Option } from 'commander';
import { addSource, type AddFlags, applyFile, listSourcesCommand, removeSourceCommand } from './commands/source.ts';
import { type CheckFlags, checkSource, suspects, type SuspectsFlags } from './commands/suspects.ts';
import { sync, type SyncFlags } from './commands/sync.ts';
import { enrichSource, type EnrichFlags } from './commands/enrich.ts';
import { collect, type CommandRegistry, examples, type Flags, json, positive, wholeNumber, workers } from './command-options.ts';

/** The commands that keep a source current. */
export function addSyncCommands({ io, program, then }: CommandRegistry): void {
  program
    .command('sync <source>')
    .description('update a harvested source: changes since its last complete run')
    .option('--set <setSpec>', 'only this set; may be repeated', collect)
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--overlap <time>', 'how far before the last run to begin: 2h, 90m, 1d; default: the setting of the source, else two hours')
    .option('--membership', 'always compare the members of the sets, not only when it is due: records that joined or left without a change')
    .option('--no-membership', 'do not compare the members of the sets')
    .option('--confirm', 'accept the list of a set even if it is empty or far shorter than what is stored')
    .addOption(new Option('--concurrency <n>', 'maximum number of lists walked at a time').argParser(wholeNumber))
    .addOption(new Option('--rate <n>', 'maximum requests per minute').argParser(positive))
    .option('--restart', 'drop an unfinished run and begin a new one')
    .addOption(workers())
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'sync zenodo',
        'sync zenodo --set user-biosyslit --set user-covid-19',
        'sync zenodo --overlap 1d',
        'sync zenodo --set user-biosyslit --membership',
      ),
    )
    .action((source: string, flags: SyncFlags) => then(sync(io, source, flags)));
  program
    .command('suspects <source>')
    .description('records that a source which announces no deletions has stopped listing')
    .option('--confirm', 'delete records held back because too many vanished at once')
    .option('--dismiss', 'dismiss these suspects')
    .addOption(json())
    .addHelpText('after', examples('suspects zenodo', 'suspects zenodo --confirm'))
    .action((source: string, flags: SuspectsFlags) => then(suspects(io, source, flags)));
  program
    .command('check-suspects <source>')
    .description('check whether a source still has its suspects, one request each')
    .addOption(new Option('--limit <n>', 'check at most n suspects, the oldest first').argParser(wholeNumber).default(1_000))
    .addOption(new Option('--rate <n>', 'maximum requests per minute').argParser(positive))
    .addOption(workers())
    .addOption(json())
    .addHelpText('after', examples('check-suspects zenodo', 'check-suspects zenodo --limit 100'))
    .action((source: string, flags: CheckFlags) => then(checkSource(io, source, flags)));
  addEnrichCommand({ io, program, then });
  addSourceCommands({ io, program, then });
}

function addEnrichCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('enrich <source>')
    .description(
      "fetch what OAI-PMH does not carry of harvested records (files, statistics, references, custom fields) from the source's REST API, up to 25 per request",
    )
    .option('--set <setSpec>', 'only members of this set; may be repeated', collect)
    .option('--query <query>', 'only records that this search finds')
    .addOption(new Option('--limit <n>', 'stop after n records').argParser(wholeNumber))
    .option('--older-than <time>', 'fetch again if the last fetch is older: 7d; default: the setting of the source, else 30d')
    .addOption(new Option('--rate <n>', 'maximum requests per minute').argParser(positive))
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'enrich zenodo --set user-biosyslit',
        "enrich zenodo --query 'communities:biosyslit AND type:dataset' --limit 500",
        'enrich zenodo --older-than 7d',
      ),
    )
    .action((source: string, flags: EnrichFlags) => then(enrichSource(io, source, flags)));
}

function addSourceCommands({ io, program, then }: CommandRegistry): void {
  const source = program.command('source').description('the repositories that are harvested, and when');
  source
    .command('list')
    .description('the sources, their sets and schedules')
    .addOption(json())
    .action((flags: Flags<typeof listSourcesCommand>) => then(listSourcesCommand(io, flags)));
  source
    .command('add <name> [baseURL]')
    .description('add a source, or change the one of that name; the known ones (zenodo, datacite, arxiv) need no URL')
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--set <setSpec>', 'only this set; may be repeated', collect)
    .option('--rate <n>', 'maximum requests per minute: 30 or 30/min')
    .option('--overlap <time>', 'how far a sync reaches back before the last run: 2h')
    .option('--incremental <cron>', 'when to sync it: "17 * * * *"')
    .option('--full <cron>', 'when to harvest it fully: "0 3 1 * *"')
    .option('--enrich <cron>', 'when to fetch what OAI-PMH does not carry: "0 22 * * *"')
    .option('--time-zone <zone>', 'time zone of the schedules; UTC unless specified')
    .addHelpText(
      'after',
      examples(
        'source add zenodo --set user-biosyslit --incremental "17 * * * *"',
        'source add mine https://example.org/oai -p oai_dc --full "0 3 * * 0" --time-zone Europe/Zurich',
      ),
    )
    .action((name: string, baseURL: string | undefined, flags: AddFlags) => then(addSource(io, name, baseURL, flags)));
  source
    .command('apply <file>')
    .description('apply a YAML file of sources; sources that it does not name stay as they are')
    .addOption(json())
    .addHelpText('after', examples('source apply sources.yaml'))
    .action((file: string, flags: { json?: boolean }) => then(applyFile(io, file, flags)));
  source
    .command('remove <name>')
    .description('remove a source and everything harvested from it')
    .option('--yes', 'confirm that its records are deleted')
    .addHelpText('after', examples('source remove mine --yes'))
    .action((name: string, flags: { yes?: boolean }) => then(removeSourceCommand(io, name, flags)));
}
