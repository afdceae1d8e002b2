import { type SyncResult, syncSource, type SyncOptions } from '@thresher/pipeline';
import type { Source } from '@thresher/store/harvest';
import { exit, type ExitCode, type Io, printJson, UsageError } from '../io.ts';
import { dropUnfinished, exitOf, harvestSource, printResult, resultJson, sayWhatIsMissing, incrementalOptionsOf } from './harvest.ts';
import { checkJson, sayCheck } from './suspects.ts';

export interface SyncFlags {
  readonly set?: string[];
  readonly metadataPrefix?: string;
  readonly overlap?: string;
  /** Undefined: where it is due. */
  readonly membership?: boolean;
  readonly confirm?: boolean;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly restart?: boolean;
  readonly workers: number;
  readonly json?: boolean;
}

/** Brings a source up to date, and says what came of it. */
export async function sync(io: Io, nameOrUrl: string, flags: SyncFlags): Promise<ExitCode> {
  return harvestSource(io, nameOrUrl, flags, async ({ deps, source, started, show }) => {
    const options = syncOptionsOf(source, flags);
    if (flags.restart) await dropUnfinished(deps.db, source);
    const result = await syncSource(deps, source, options, show, io.signal);
    return () => reportSync(io, source, result, (Date.now() - started) / 1_000, flags.json === true);
  });
}

function syncOptionsOf(source: Source, flags: SyncFlags): SyncOptions {
  const options = incrementalOptionsOf(source, flags);
  if (flags.membership && options.setSpecs.length === 0)
    throw new UsageError(
      '--membership compares the members of sets: name them with --set, or give the source some; thresher harvest lists the whole repository anew',
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
    if (check !== null) sayCheck(io, source, check);
  }
  for (const result of runs) sayWhatIsMissing(io, source, result);
  const codes = runs.map(exitOf);
  return codes.find((code) => code === exit.failed) ?? codes.find((code) => code !== exit.done) ?? exit.done;
}
