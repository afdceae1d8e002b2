import { syncSource, type SyncOptions, type SyncResult } from '@thresher/pipeline';
import type { Source } from '@thresher/store/harvest';
import { Option } from 'commander';
import { collect, type CommandRegistry, exampleLines, jsonOption, positive, wholeNumber, workersOption } from '../command-options.ts';
import { exitOf, printResult, resultJson, printWhatIsMissing } from '../harvesting/result.ts';
import { dropRunningRun, harvestSource, incrementalOptionsOf } from '../harvesting/session.ts';
import { type ExitCode, type Io, UsageError, exit, printJson } from '../io.ts';
import { checkJson, printCheck } from './check-suspects.ts';

/** `thresher sync` */
export function addSyncCommand({ io, program, then }: CommandRegistry): void {
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
    .addOption(workersOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      exampleLines(
        'sync zenodo',
        'sync zenodo --set user-biosyslit --set user-covid-19',
        'sync zenodo --overlap 1d',
        'sync zenodo --set user-biosyslit --membership',
      ),
    )
    .action((source: string, flags: SyncFlags) => then(sync(io, source, flags)));
}

interface SyncFlags {
  readonly set?: string[];
  readonly metadataPrefix?: string;
  readonly overlap?: string;
  /** Undefined: if it is due. */
  readonly membership?: boolean;
  readonly confirm?: boolean;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly restart?: boolean;
  readonly workers: number;
  readonly json?: boolean;
}

/** Updates a source, and prints the result. */
export async function sync(io: Io, nameOrUrl: string, flags: SyncFlags): Promise<ExitCode> {
  return harvestSource(io, nameOrUrl, flags, async ({ deps, source, started, show }) => {
    const options = syncOptionsOf(source, flags);
    if (flags.restart) await dropRunningRun(deps.db, source);
    const result = await syncSource(deps, source, options, show, io.signal);
    return () => reportSync(io, source, result, (Date.now() - started) / 1_000, flags.json === true);
  });
}

function syncOptionsOf(source: Source, flags: SyncFlags): SyncOptions {
  const options = incrementalOptionsOf(source, flags);
  if (flags.membership && options.setSpecs.length === 0)
    throw new UsageError(
      '--membership compares the members of sets: name them with --set, or give the source some; thresher harvest lists the whole repository again',
    );
  const membership = flags.membership === undefined ? 'due' : flags.membership ? 'always' : 'never';
  return { ...options, membership, confirm: flags.confirm ?? false };
}

function reportSync(io: Io, source: Source, { runs, check }: SyncResult, seconds: number, json: boolean): ExitCode {
  const main = runs.find((result) => result.run.kind === 'incremental') ?? runs[0]!;
  if (json) {
    const each = runs.map((result) => resultJson(source, result, result.seconds));
    printJson(io, { ...resultJson(source, main, seconds), runs: each, check: check === null ? null : checkJson(source, check) });
  } else {
    for (const result of runs) printResult(io, source, result, result.seconds);
    if (check !== null) printCheck(io, source, check);
  }
  for (const result of runs) printWhatIsMissing(io, source, result);
  const codes = runs.map(exitOf);
  return codes.find((code) => code === exit.failed) ?? codes.find((code) => code !== exit.done) ?? exit.done;
}
