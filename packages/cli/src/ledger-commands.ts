import { Option } from 'commander';
import { coverage } from './commands/coverage.ts';
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
}
