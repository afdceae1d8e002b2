import { formatDatestamp } from '@thresher/oai';
import type { HarvestResult } from '@thresher/pipeline';
import { redactUrl } from '@thresher/runtime';
import type { Source } from '@thresher/store/harvest';
import { type ExitCode, type Io, printJson, count, duration, print, say, exit } from '../io.ts';

/** Prints the result of a run, and returns its exit code. */
export function report(io: Io, source: Source, result: HarvestResult, seconds: number, json: boolean): ExitCode {
  if (json) printJson(io, resultJson(source, result, seconds));
  else printResult(io, source, result, seconds);
  printWhatIsMissing(io, source, result);
  return exitOf(result);
}

export function resultJson(source: Source, { run, totals, state, failure, membership, vanished }: HarvestResult, seconds: number) {
  return {
    source: source.name,
    baseURL: redactUrl(source.base_url),
    run: run.id,
    kind: run.kind,
    state,
    failure,
    until: run.until_datestamp,
    seconds,
    ...totals,
    ...(membership === null ? {} : { membership }),
    ...(vanished === null ? {} : { vanished }),
  };
}

export function printResult(io: Io, source: Source, { run, totals, state, membership, vanished }: HarvestResult, seconds: number): void {
  const line = (label: string, value: number | null) =>
    print(io, `  ${label.padEnd(11)}${(value === null ? '–' : count(value)).padStart(12)}`);
  const what = run.kind === 'full' ? '' : `${run.kind} `;
  print(
    io,
    `${source.name}, ${what}run ${run.id}: ${state} in ${duration(seconds)}${run.until_datestamp === null ? '' : `, up to ${formatDatestamp(run.until_datestamp, 'YYYY-MM-DDThh:mm:ssZ')}`}`,
  );
  line('declared', totals.declared);
  line('received', totals.distinctReceived);
  line('in SQL', totals.stored);
  line('in search', totals.indexed);
  if (totals.indexed !== null) for (const reason of notInSearch(totals)) print(io, `  ${reason}`);
  line('requests', totals.requests);
  if (membership !== null) for (const name of ['joined', 'left', 'fetched'] as const) line(name, membership[name]);
  if (vanished !== null)
    for (const name of ['suspects', 'confirmed', 'held', 'cleared'] as const) if (vanished[name] > 0) line(name, vanished[name]);
}

/** Explains why fewer records are in search than in SQL. */
function notInSearch({ stored, searchable, refused }: Pick<HarvestResult['totals'], 'stored' | 'searchable' | 'refused'>): string[] {
  const kept = stored - searchable;
  return [
    ...(kept > 0 ? [`${count(kept)} of those in SQL are deleted or have no metadata that could be mapped: these are not in search`] : []),
    ...(refused > 0 ? [`${count(refused)} documents were refused by Elasticsearch`] : []),
  ];
}

const nothingListed = { full: 'the repository lists no records for this selection', incremental: 'nothing new' } as const;

export function printWhatIsMissing(io: Io, source: Source, { run, totals, state, failure }: HarvestResult): void {
  if (totals.declared === 0 && state === 'complete' && (run.kind === 'full' || run.kind === 'incremental'))
    say(io, nothingListed[run.kind]);
  if (failure !== null)
    say(
      io,
      `${failure}.${state === 'incomplete' ? ` thresher coverage ${source.name} --short shows where; thresher harvest ${source.name} --only-short walks it again.` : ''}`,
    );
}

export function exitOf({ state, failure }: HarvestResult): ExitCode {
  if (state === 'failed') return exit.failed;
  return failure !== null && state !== 'cancelled' ? exit.incomplete : exit.done;
}
