import { Option } from 'commander';
import { type CheckFlags, checkSource, suspects, type SuspectsFlags } from './commands/suspects.ts';
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
    .option('--membership', 'compare the members of the sets in any case, not only where it is due: who joined and left without changing')
    .option('--no-membership', 'do not compare the members of the sets')
    .option('--confirm', 'take the list of a set at its word, even if it is empty or far shorter than what is stored')
    .addOption(new Option('--concurrency <n>', 'most lists walked at a time').argParser(wholeNumber))
    .addOption(new Option('--rate <n>', 'requests a minute at most').argParser(positive))
    .option('--restart', 'drop an unfinished run and begin a new one')
    .addOption(workers())
    .addOption(json())
    .addHelpText('after', examples('sync zenodo', 'sync zenodo --set user-biosyslit --set user-covid-19', 'sync zenodo --overlap 1d', 'sync zenodo --set user-biosyslit --membership'))
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
}
