import { Option } from 'commander';
import { sync, type SyncFlags } from './commands/sync.ts';
import { collect, type Desk, examples, json, positive, wholeNumber, workers } from './desk.ts';

/** The commands that keep a source current. */
export function addSyncCommands({ io, program, then }: Desk): void {
  program
    .command('sync <source>')
    .description('bring a harvested source up to date: what changed since its last complete run')
    .option('--set <setSpec>', 'only this set; may be repeated', collect)
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--overlap <time>', 'how far before the last run to begin: 2h, 90m, 1d; two hours unless the source says otherwise')
    .addOption(new Option('--concurrency <n>', 'most lists walked at a time').argParser(wholeNumber))
    .addOption(new Option('--rate <n>', 'requests a minute at most').argParser(positive))
    .option('--restart', 'drop an unfinished run and begin a new one')
    .addOption(workers())
    .addOption(json())
    .addHelpText('after', examples('sync zenodo', 'sync zenodo --set user-biosyslit --set user-covid-19', 'sync zenodo --overlap 1d'))
    .action((source: string, flags: SyncFlags) => then(sync(io, source, flags)));
}
