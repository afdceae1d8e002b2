import { checkSuspects, type CheckOutcome } from '@thresher/pipeline';
import type { Source } from '@thresher/store/harvest';
import { Option } from 'commander';
import { type CommandRegistry, exampleLines, jsonOption, positive, wholeNumber, workersOption } from '../command-options.ts';
import { exitOf, resultJson } from '../harvesting/result.ts';
import { harvestSource } from '../harvesting/session.ts';
import { exit, type ExitCode, type Io, printJson, count, say } from '../io.ts';

/** `thresher check-suspects` */
export function addCheckSuspectsCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('check-suspects <source>')
    .description('check whether a source still has its suspects, one request each')
    .addOption(new Option('--limit <n>', 'check at most n suspects, the oldest first').argParser(wholeNumber).default(1_000))
    .addOption(new Option('--rate <n>', 'maximum requests per minute').argParser(positive))
    .addOption(workersOption())
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('check-suspects zenodo', 'check-suspects zenodo --limit 100'))
    .action((source: string, flags: CheckSuspectsFlags) => then(checkSource(io, source, flags)));
}

interface CheckSuspectsFlags {
  readonly limit: number;
  readonly rate?: number;
  readonly workers: number;
  readonly json?: boolean;
}

/** Asks a source whether it still has its suspects. */
export async function checkSource(io: Io, nameOrUrl: string, flags: CheckSuspectsFlags): Promise<ExitCode> {
  return harvestSource(io, nameOrUrl, flags, async ({ deps, source, show }) => {
    const options = { states: ['suspect', 'held'], limit: flags.limit, notCheckedSince: null, rate: flags.rate ?? null } as const;
    const check = await checkSuspects(deps, source, options, show, io.signal);
    return () => {
      if (flags.json) printJson(io, checkJson(source, check));
      else printCheck(io, source, check);
      return check.run === null ? exit.done : exitOf(check.run);
    };
  });
}

export function checkJson(source: Source, { run, ...counts }: CheckOutcome) {
  return { ...counts, run: run === null ? null : resultJson(source, run, run.seconds) };
}

export function printCheck(io: Io, source: Source, { asked, confirmed, cleared, unclear }: CheckOutcome): void {
  if (asked === 0) return void say(io, `${source.name} has no suspects`);
  say(
    io,
    `${count(asked)} suspects: ${count(confirmed)} are gone and deleted, ${count(cleared)} are there, of ${count(unclear)} the source does not say`,
  );
}
