import { Option } from 'commander';
import { coverage } from './commands/coverage.ts';
import { failures } from './commands/failures.ts';
import { type Desk, examples, type Flags, json, wholeNumber } from './desk.ts';

/** The commands that look into the ledger, and mend what it says is missing. */
export function addLedgerCommands({ io, program, then }: Desk): void {
  program
    .command('coverage <source>')
    .description('what was declared, what arrived and what is there, window by window')
    .addOption(new Option('--run <n>', 'this run instead of the last').argParser(wholeNumber))
    .option('--short', 'only windows that are short, failed or have records in quarantine')
    .addOption(json())
    .addHelpText('after', examples('coverage zenodo', 'coverage zenodo --short', 'coverage zenodo --run 3 --json'))
    .action((source: string, flags: Flags<typeof coverage>) => then(coverage(io, source, flags)));
  program
    .command('failures <source>')
    .description('records that could not be read, pages that could not be transformed, records that could not be mapped')
    .option('--raw <id>', 'print the bytes of a record in quarantine, by OAI identifier or by page and position')
    .addOption(new Option('--limit <n>', 'show at most so many of each kind').argParser(wholeNumber).default(1_000))
    .addOption(json())
    .addHelpText('after', examples('failures zenodo', 'failures zenodo --json', 'failures zenodo --raw oai:zenodo.org:3949272', 'failures zenodo --raw 1234/17'))
    .action((source: string, flags: Flags<typeof failures>) => then(failures(io, source, flags)));
}
