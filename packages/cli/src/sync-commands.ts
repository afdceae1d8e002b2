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
    .description('bring a harvested source up to date: what changed since its last complete run')
    .option('--set <setSpec>', 'only this set; may be repeated', collect)
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--overlap <time>', 'how far before the last run to begin: 2h, 90m, 1d; two hours unless the source says otherwise')
    .option('--membership', 'compare the members of the sets in any case, not only where it is due: who joined and left without changing')
    .option('--no-membership', 'do not compare the members of the sets')
    .option('--confirm', 'take the list of a set at its word, even if it is empty or far shorter than what is stored')
    .addOption(new Option('--concurrency <n>', 'most lists walked at a time').argParser(wholeNumber))
    .addOption(new Option('--rate <n>', 'requests a minute at most').argParser(positive))
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
    .option('--confirm', 'delete those that are held since they are too many to be believed')
    .option('--dismiss', 'forget them')
    .addOption(json())
    .addHelpText('after', examples('suspects zenodo', 'suspects zenodo --confirm'))
    .action((source: string, flags: SuspectsFlags) => then(suspects(io, source, flags)));
  program
    .command('check-suspects <source>')
    .description('ask a source whether it still has its suspects, one request each')
    .addOption(new Option('--limit <n>', 'ask about so many at most, the oldest first').argParser(wholeNumber).default(1_000))
    .addOption(new Option('--rate <n>', 'requests a minute at most').argParser(positive))
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
    .description("fetch files and statistics of harvested records from the source's REST API, up to 25 with one request")
    .option('--set <setSpec>', 'only members of this set; may be repeated', collect)
    .option('--query <query>', 'only records that this search finds')
    .addOption(new Option('--limit <n>', 'stop after so many').argParser(wholeNumber))
    .option('--older-than <time>', 'fetch again what was fetched longer ago: 7d; 30d unless the source says otherwise')
    .addOption(new Option('--rate <n>', 'requests a minute at most').argParser(positive))
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
    .option('--rate <n>', 'requests a minute at most: 30 or 30/min')
    .option('--overlap <time>', 'how far a sync reaches back before the last run: 2h')
    .option('--incremental <cron>', 'when to sync it: "17 * * * *"')
    .option('--full <cron>', 'when to harvest all of it: "0 3 1 * *"')
    .option('--enrich <cron>', 'when to fetch files and statistics: "0 22 * * *"')
    .option('--time-zone <zone>', 'time zone of the schedules; UTC unless told')
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
    .description('make the sources what a YAML file says; sources it does not name stay as they are')
    .addOption(json())
    .addHelpText('after', examples('source apply sources.yaml'))
    .action((file: string, flags: { json?: boolean }) => then(applyFile(io, file, flags)));
  source
    .command('remove <name>')
    .description('remove a source with everything that was harvested from it')
    .option('--yes', 'even if there are records')
    .addHelpText('after', examples('source remove mine --yes'))
    .action((name: string, flags: { yes?: boolean }) => then(removeSourceCommand(io, name, flags)));
}
