import { Option } from 'commander';
import { check, type CheckFlags } from './commands/check.ts';
import { coverage } from './commands/coverage.ts';
import { failures } from './commands/failures.ts';
import { plan } from './commands/plan.ts';
import { probe } from './commands/probe.ts';
import { replay } from './commands/replay.ts';
import { collect, type CommandRegistry, examples, type Flags, json, positive, wholeNumber, workers } from './command-options.ts';

/** The commands that look into the ledger, and mend what it says is missing. */
export function addLedgerCommands({ io, program, then }: CommandRegistry): void {
  addPlanCommand({ io, program, then });
  program
    .command('probe <url>')
    .description('find out how a repository behaves, with at most thirteen requests')
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--save <name>', 'store the result as the settings of this source')
    .addOption(json())
    .addHelpText('after', examples('probe https://example.org/oai', 'probe https://example.org/oai --save example', 'probe zenodo --json'))
    .action((url: string, flags: Flags<typeof probe>) => then(probe(io, url, flags)));
  program
    .command('coverage <source>')
    .description('what was declared, what arrived and what is stored, window by window')
    .addOption(new Option('--run <n>', 'this run instead of the last').argParser(wholeNumber))
    .option('--short', 'only windows that are short, failed or have records in quarantine')
    .addOption(json())
    .addHelpText('after', examples('coverage zenodo', 'coverage zenodo --short', 'coverage zenodo --run 3 --json'))
    .action((source: string, flags: Flags<typeof coverage>) => then(coverage(io, source, flags)));
  addCheckCommand({ io, program, then });
  program
    .command('failures <source>')
    .description('records that could not be read, pages that could not be transformed, records that could not be mapped')
    .option('--raw <id>', 'print the bytes of a record in quarantine, by OAI identifier or by page and position')
    .addOption(new Option('--limit <n>', 'show at most n of each kind').argParser(wholeNumber).default(1_000))
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'failures zenodo',
        'failures zenodo --json',
        'failures zenodo --raw oai:zenodo.org:3949272',
        'failures zenodo --raw 1234/17',
      ),
    )
    .action((source: string, flags: Flags<typeof failures>) => then(failures(io, source, flags)));
  program
    .command('replay [source]')
    .description('map stored pages again, without the network, and write the records whose result differs')
    .addOption(new Option('--run <n>', 'only pages of this run').argParser(wholeNumber))
    .option('--failed', 'only pages whose transform failed')
    .option('--dry-run', 'write nothing: report which fields would change in how many records')
    .addOption(workers())
    .addOption(json())
    .addHelpText('after', examples('replay --dry-run', 'replay zenodo --workers 4', 'replay zenodo --failed'))
    .action((source: string | undefined, flags: Flags<typeof replay>) => then(replay(io, source, flags)));
}

function addPlanCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('plan <source>')
    .description('estimate a harvest: records, windows, requests, hours; sends at most three requests')
    .option('--from-dump [file]', 'estimate a dump instead: size, hours and disk; without a file, the newest that the source offers')
    .addOption(new Option('--dump-format <format>', 'which dump of the exporter').choices(['json', 'xml']))
    .option('--community <slug>', "the exporter's dump of one community")
    .option('--set <setSpec>', 'only this set; may be repeated', collect)
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--from <date>', 'only records changed since: 2024-05-01, 2024-05-01T12:00:00Z, or 7d')
    .option('--until <date>', 'only records changed until; a day means its end')
    .addOption(new Option('--concurrency <n>', 'maximum number of lists walked at a time').argParser(wholeNumber))
    .addOption(new Option('--rate <n>', 'maximum requests per minute').argParser(positive))
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'plan zenodo',
        'plan zenodo --set user-biosyslit --json',
        'plan https://example.org/oai -p oai_dc --rate 60',
        'plan zenodo --from-dump',
      ),
    )
    .action((source: string, flags: Flags<typeof plan>) => then(plan(io, source, flags)));
}

function addCheckCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('check [source]')
    .description('compare what was declared, received, stored in SQL and in search, record by record')
    .option('--repair', 'first make the whole search index equal to SQL')
    .addOption(json())
    .addHelpText('after', examples('check', 'check zenodo --json', 'check --repair'))
    .action((source: string | undefined, flags: CheckFlags) => then(check(io, source, flags)));
}
