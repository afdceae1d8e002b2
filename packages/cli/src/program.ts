import { Command, CommanderError, Option } from 'commander';
import { harvest, type HarvestFlags } from './commands/harvest.ts';
import { getRecord, search } from './commands/records.ts';
import { harvestDump } from './commands/dump.ts';
import { dumps } from './commands/dumps.ts';
import { plan } from './commands/plan.ts';
import { repair } from './commands/repair.ts';
import { fetchRecord, identify, listFormats, listSets } from './commands/repository.ts';
import { migrate, rebuildIndex, serve, work } from './commands/service.ts';
import { status } from './commands/status.ts';
import { addDataCommands } from './data-commands.ts';
import { collect, type CommandRegistry, examples, type Flags, json, positive, wholeNumber, workers } from './command-options.ts';
import { exit, type ExitCode, type Io, say, UsageError } from './io.ts';
import { addLedgerCommands } from './ledger-commands.ts';
import { errorMessageFor } from './error-message.ts';
import { addSyncCommands } from './sync-commands.ts';
import { addWebhookCommands } from './webhook-commands.ts';
import { version } from '@thresher/pipeline';

/**
 * Runs a command line (without the program's name) and returns its exit code. Data goes to `io.stdout`, talk to
 * `io.stderr`; no error leaves this function, each becomes a sentence.
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exit.done;
  const program = createProgram(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.usage;
    if (io.signal.aborted) {
      say(io, 'interrupted; the same command continues from here');
      return exit.interrupted;
    }
    const sentence = errorMessageFor(error);
    say(io, `thresher: ${sentence.text}`);
    if (sentence.unforeseen && error instanceof Error && error.stack !== undefined) say(io, error.stack);
    return sentence.code;
  }
}

function createProgram(io: Io, finish: (code: ExitCode) => void): Command {
  const program = new Command('thresher')
    .description('Harvests a whole OAI-PMH repository, keeps it current, and serves it as SQL, search and an API.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .addHelpText(
      'after',
      '\nExit codes: 0 done and complete, 1 failed, 2 wrong usage, 3 incomplete or with quarantined records, 130 interrupted.',
    );
  const registry: CommandRegistry = { io, program, then: (result) => result.then(finish) };
  addHarvestCommands(registry);
  addLedgerCommands(registry);
  addSyncCommands(registry);
  addWebhookCommands(registry);
  addRecordCommands(registry);
  addDataCommands(registry);
  addRepositoryCommands(registry);
  addServiceCommands(registry);
  return program;
}

/** Flags of `harvest` that ask for another way of harvesting. */
interface Ways {
  readonly onlyShort?: boolean;
  readonly dryRun?: boolean;
  readonly fromDump?: string | true;
}

/** What `--from-dump` alone makes sense of. */
const ofDumps = {
  dumpFormat: '--dump-format',
  community: '--community',
  keep: '--keep',
  deleted: '--deleted',
  dumpTime: '--dump-time',
} as const;

function wayOf(flags: Ways & Partial<Record<keyof typeof ofDumps, string>>): typeof harvest {
  const astray = Object.entries(ofDumps).find(([name]) => flags[name as keyof typeof ofDumps] !== undefined);
  if (flags.fromDump === undefined && astray !== undefined)
    throw new UsageError(`${astray[1]} belongs to --from-dump: add that${astray[0] === 'community' ? ', or say --set user-SLUG' : ''}`);
  return flags.onlyShort ? repair : flags.dryRun ? plan : flags.fromDump !== undefined ? harvestDump : harvest;
}

function addHarvestCommands({ io, program, then }: CommandRegistry): void {
  program
    .command('harvest <source>')
    .description('harvest a repository until its last record is searchable; continues an interrupted run')
    .option('--set <setSpec>', 'only this set; may be repeated', collect)
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--from <date>', 'only records changed since: 2024-05-01, 2024-05-01T12:00:00Z, or 7d')
    .option('--until <date>', 'only records changed until; a day means its end')
    .option('--incremental', 'only changes since the last complete run, as thresher sync')
    .addOption(new Option('--concurrency <n>', 'maximum number of lists walked at a time').argParser(wholeNumber))
    .addOption(new Option('--rate <n>', 'maximum requests per minute').argParser(positive))
    .addOption(new Option('--limit <n>', 'stop after about this many records').argParser(wholeNumber))
    .option('--restart', 'drop an unfinished run and begin a new one')
    .option('--detach', 'create the run and leave it to a harvester process')
    .option('--dry-run', 'harvest nothing: print the estimate of thresher plan; with --only-short, what would be walked again')
    .option('--only-short', 'walk only windows that came short or failed in the last run')
    .option(
      '--from-dump [file]',
      "begin with a bulk file or its URL, then catch up; without a file, the newest dump that the source's exporter offers",
    )
    .addOption(
      new Option('--dump-format <format>', 'which dump of the exporter: json brings files, statistics and more').choices(['json', 'xml']),
    )
    .option('--community <slug>', "the exporter's dump of one community only; with a file, what is in it")
    .option('--keep <file>', 'store the download there while it is read')
    .option('--checksum <algorithm:hex>', 'checksum of the dump: md5:…, sha256:…')
    .option('--deleted <file>', 'list of deleted records or its URL (records-deleted.csv.gz), applied after the dump')
    .option('--dump-time <date>', 'instant that the dump shows, if the file does not state it')
    .option('--no-catch-up', 'stop after the dump')
    .addOption(workers())
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'harvest zenodo --set user-biosyslit',
        'harvest https://zenodo.org/oai2d --from 7d',
        'harvest https://example.org/oai -p oai_dc --rate 60',
        'harvest zenodo --from-dump',
        'harvest zenodo --from-dump --community biosyslit --keep biosyslit.tar.gz',
        'harvest zenodo --from-dump records-xml.tar.gz --checksum md5:… --deleted records-deleted.csv.gz',
      ),
    )
    .action((source: string, flags: HarvestFlags & Ways) => then(wayOf(flags)(io, source, flags)));
  program
    .command('status')
    .description('what was harvested, stored and indexed')
    .option('--watch', 'refresh every two seconds')
    .addOption(json())
    .addHelpText('after', examples('status', 'status --watch'))
    .action((flags: Flags<typeof status>) => then(status(io, flags)));
}

function addRecordCommands({ io, program, then }: CommandRegistry): void {
  program
    .command('search <query>')
    .description('search the records that were harvested')
    .addOption(new Option('--page <n>', 'page, from 1').argParser(wholeNumber))
    .addOption(new Option('--size <n>', 'records on a page').argParser(wholeNumber))
    .option('--sort <name>', 'bestmatch, newest, …; a leading - reverses the order')
    .option('--all-versions', 'every version of a record, not only the latest')
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'search "coral reefs"',
        "search 'creators.orcid:0000-0002-1825-0097'",
        "search 'publication_date:[2024-01-01 TO *] AND title:climate' --json",
      ),
    )
    .action((query: string, flags: Flags<typeof search>) => then(search(io, query, flags)));
  program
    .command('get-record <url-or-id> [id]')
    .description('a record of this database; with a URL (or source name) and an OAI identifier, of a repository')
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask the repository for')
    .option('--raw', 'the answer of the repository as it came')
    .addHelpText(
      'after',
      examples('get-record 10.5281/zenodo.3949272', 'get-record oai:zenodo.org:3949272', 'get-record zenodo oai:zenodo.org:3949272 --raw'),
    )
    .action((first: string, second: string | undefined, flags: { metadataPrefix?: string; raw?: boolean }) =>
      then(second === undefined ? getRecord(io, first) : fetchRecord(io, first, second, flags)),
    );
}

function addRepositoryCommands({ io, program, then }: CommandRegistry): void {
  program
    .command('dumps [source]')
    .description('the bulk files that the exporter of a source offers; of zenodo unless specified')
    .addOption(json())
    .addHelpText('after', examples('dumps', 'dumps zenodo --json', 'dumps https://example.org/oai2d'))
    .action((source: string | undefined, flags: Flags<typeof dumps>) => then(dumps(io, source ?? 'zenodo', flags)));
  program
    .command('identify <url>')
    .description('what a repository says of itself')
    .addOption(json())
    .addHelpText('after', examples('identify https://zenodo.org/oai2d'))
    .action((url: string, flags: { json?: boolean }) => then(identify(io, url, flags)));
  program
    .command('list-sets <url>')
    .description('the sets of a repository')
    .addOption(new Option('--limit <n>', 'stop after n sets').argParser(wholeNumber))
    .addOption(json())
    .addHelpText('after', examples('list-sets zenodo --limit 200'))
    .action((url: string, flags: { json?: boolean; limit?: number }) => then(listSets(io, url, flags)));
  program
    .command('list-formats <url>')
    .description('the metadata formats of a repository')
    .addOption(json())
    .addHelpText('after', examples('list-formats https://zenodo.org/oai2d'))
    .action((url: string, flags: { json?: boolean }) => then(listFormats(io, url, flags)));
}

function addServiceCommands({ io, program, then }: CommandRegistry): void {
  program
    .command('serve')
    .description('serve the API and the web page')
    .option('--host <address>', 'address to listen on (HOST)')
    .addOption(new Option('--port <n>', 'port to listen on (PORT)').argParser(wholeNumber))
    .addHelpText('after', examples('serve --port 8080'))
    .action((flags: Flags<typeof serve>) => then(serve(io, flags)));
  program
    .command('work')
    .description('transform harvested pages until stopped: additional workers for a harvest')
    .addOption(workers())
    .addHelpText('after', examples('work --workers 4'))
    .action((flags: Flags<typeof work>) => then(work(io, flags)));
  program
    .command('reindex')
    .description('build the search index again from SQL')
    .addHelpText('after', examples('reindex'))
    .action(() => then(rebuildIndex(io)));
  program
    .command('migrate')
    .description('create or upgrade the tables of the database')
    .addHelpText('after', examples('migrate'))
    .action(() => then(migrate(io)));
}
