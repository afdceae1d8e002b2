import { existingSource } from '@thresher/pipeline';
import type { Db } from '@thresher/store/database';
import {
  addCoverage,
  windowCoverage,
  findRun,
  lastListRun,
  type Run,
  type Source,
  type WindowCoverage,
  type CoverageCounts,
} from '@thresher/store/harvest';
import { Option } from 'commander';
import { type CommandRegistry, exampleLines, type Flags, jsonOption, wholeNumber } from '../command-options.ts';
import { exit, type ExitCode, type Io, printJson, UsageError, count, counted, print, say, table } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher coverage` */
export function addCoverageCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('coverage <source>')
    .description('what was declared, what arrived and what is stored, window by window')
    .addOption(new Option('--run <n>', 'this run instead of the last').argParser(wholeNumber))
    .option('--short', 'only windows that are short, failed or have records in quarantine')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('coverage zenodo', 'coverage zenodo --short', 'coverage zenodo --run 3 --json'))
    .action((source: string, flags: Flags<typeof coverage>) => then(coverage(io, source, flags)));
}

interface CoverageFlags {
  readonly run?: number;
  readonly short?: boolean;
  readonly json?: boolean;
}

/** Prints what was declared, received and stored, window by window, for a run of a source: the last one unless specified. */
export async function coverage(io: Io, nameOrUrl: string, flags: CoverageFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, nameOrUrl);
  const run = await chooseRun(db, source, flags.run);
  const windows = await windowCoverage(db, run.id);
  const shown = flags.short ? windows.filter(isShort) : windows;
  if (flags.json) printJson(io, { ...describeRun(source, run), totals: addCoverage(windows), windows: shown });
  else printCoverage(io, source, run, windows, shown);
  return exit.done;
}

/** The run of that number, or the last one that walked lists. Throws if the number is of another source's run. */
export async function chooseRun(db: Db, source: Source, number: number | undefined): Promise<Run> {
  const run = number === undefined ? await lastListRun(db, source.id) : await findRun(db, number);
  if (run !== undefined && run.source_id === source.id) return run;
  throw new UsageError(number === undefined ? `nothing was harvested from ${source.name} yet` : `${source.name} has no run ${number}`);
}

/** Whether some of what was declared did not arrive, could not be read, or is not stored. */
const isShort = (window: WindowCoverage): boolean => window.state === 'short' || window.state === 'failed' || window.quarantined > 0;

const describeRun = (source: Source, run: Run) => ({
  source: source.name,
  run: run.id,
  kind: run.kind,
  state: run.state,
  sets: run.set_specs,
  from: run.from_datestamp,
  until: run.until_datestamp,
  requests: run.requests,
  failure: run.failure,
});

const head = [
  'window',
  'from',
  'until',
  'state',
  'tries',
  'declared',
  'received',
  'distinct',
  'quarantined',
  'in SQL',
  'for search',
  'in search',
  'short',
];

const counts = (c: CoverageCounts) => [c.declared, c.received, c.distinct, c.quarantined, c.stored, c.searchable, c.indexed, c.short];

const day = (date: Date | null): string | null => date?.toISOString().replace('.000Z', 'Z') ?? null;

function printCoverage(io: Io, source: Source, run: Run, all: readonly WindowCoverage[], shown: readonly WindowCoverage[]): void {
  print(
    io,
    `${source.name}, run ${run.id} (${run.kind}): ${run.state}, ${counted(all.length, 'window')}, ${counted(run.requests, 'request')}`,
  );
  const sets = run.set_specs.length > 1;
  const rows = shown.map((it) => [
    String(it.window),
    ...(sets ? [it.set] : []),
    day(it.from),
    day(it.until),
    it.state,
    it.attempts,
    ...counts(it),
  ]);
  const total = addCoverage(all);
  const labels = sets ? [head[0]!, 'set', ...head.slice(1)] : head;
  print(io, table(labels, [...rows, [`all ${count(all.length)}`, ...(sets ? [null] : []), null, null, null, null, ...counts(total)]]));
  for (const { window, failure } of shown) if (failure !== null) print(io, `window ${window}: ${failure}`);
  if (run.failure !== null) say(io, run.failure);
  if (run.state === 'incomplete') say(io, `thresher harvest ${source.name} --only-short walks the short windows again`);
  if (total.quarantined > 0) say(io, `thresher failures ${source.name} names the records in quarantine`);
}
