import {
  completeRuns,
  dryReplay,
  existingSource,
  replay as replayPages,
  type ReplayProgress,
  startTransforming,
  untilIndexed,
  type ReplayResult,
  type DryReplayResult,
  type FieldExample,
} from '@thresher/pipeline';
import type { PageChoice } from '@thresher/store/harvest';
import { Option } from 'commander';
import { type CommandRegistry, exampleLines, type Flags, jsonOption, wholeNumber, workersOption } from '../command-options.ts';
import { count, type ExitCode, type Io, say, duration, exit, print, printJson, table } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { createCounter } from '../progress.ts';
import { chooseRun } from './coverage.ts';

/** `thresher replay` */
export function addReplayCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('replay [source]')
    .description('map stored pages again, without the network, and write the records whose result differs')
    .addOption(new Option('--run <n>', 'only pages of this run').argParser(wholeNumber))
    .option('--failed', 'only pages whose transform failed')
    .option('--dry-run', 'write nothing: report which fields would change in how many records')
    .addOption(workersOption())
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('replay --dry-run', 'replay zenodo --workers 4', 'replay zenodo --failed'))
    .action((source: string | undefined, flags: Flags<typeof replay>) => then(replay(io, source, flags)));
}

interface ReplayFlags {
  readonly run?: number;
  readonly failed?: boolean;
  readonly dryRun?: boolean;
  readonly workers: number;
  readonly json?: boolean;
}

/** Maps stored pages again, without the network: all, those of a source or a run, or those that failed. */
export async function replay(io: Io, nameOrUrl: string | undefined, flags: ReplayFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = nameOrUrl === undefined ? undefined : await existingSource(db, nameOrUrl);
  if (source !== undefined && flags.run !== undefined) await chooseRun(db, source, flags.run);
  const choice: PageChoice = { sourceId: source?.id, runId: flags.run, failed: flags.failed };
  const counter = createCounter(io, 'records');
  const show = ({ recordsDone, pages, pagesDone }: ReplayProgress): void => counter.show(recordsDone, pages === 0 ? 1 : pagesDone / pages);
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1_000;
  try {
    if (flags.dryRun) {
      const result = await dryReplay(db, choice, flags.workers, show, io.signal);
      counter.end();
      return reportDry(io, result, seconds(), flags.json === true);
    }
    const search = await resources.search();
    const queue = await resources.queue();
    await using _ = await startTransforming(resources, flags.workers);
    const result = await replayPages({ db, queue, searchable: search !== null }, choice, show, io.signal);
    await untilIndexed({ db, log: resources.log, search }, io.signal);
    const completed = await completeRuns({ db, log: resources.log, search });
    counter.end();
    if (completed > 0) say(io, `${count(completed)} windows that had come short are complete`);
    return report(io, result, seconds(), flags.json === true);
  } finally {
    counter.end();
  }
}

function report(io: Io, result: ReplayResult, seconds: number, json: boolean): ExitCode {
  if (json) printJson(io, { ...result, seconds });
  else
    print(
      io,
      `${count(result.pagesDone)} pages with ${count(result.recordsDone)} records mapped again in ${duration(seconds)}, ${count(result.changed)} records changed`,
    );
  for (const { page, failure } of result.failed) say(io, `page ${page}: ${failure}`);
  return result.failed.length > 0 ? exit.incomplete : exit.done;
}

function reportDry(io: Io, result: DryReplayResult, seconds: number, json: boolean): ExitCode {
  if (json) printJson(io, { ...result, seconds });
  else {
    print(
      io,
      `${count(result.pages)} pages with ${count(result.recordsDone)} records read in ${duration(seconds)}: ${count(result.changed)} records would change, nothing was written`,
    );
    if (result.fields.length > 0)
      print(
        io,
        table(
          ['field', 'records', 'example', 'before', 'after'],
          result.fields.map(({ field, records, examples }) => [field, records, ...exampleCells(examples[0])]),
        ),
      );
  }
  return exit.done;
}

const cut = (value: unknown): string => {
  const text = JSON.stringify(value ?? null);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};

const exampleCells = (example: FieldExample | undefined): (string | null)[] =>
  example === undefined ? [null, null, null] : [example.identifier, cut(example.before), cut(example.after)];
