import { formatDatestamp, type OaiClient, OaiError, OaiHttpError } from '@thresher/oai';
import { redactUrl } from '@thresher/runtime';
import {
  beginRun,
  type HarvestDeps,
  HarvestStoppedError,
  type HarvestRequest,
  type HarvestResult,
  incrementalRequest,
  type IncrementalOptions,
  type Progress,
  resolveOrAdd,
  runHarvest,
  startTransforming,
  untilThere,
  type Resources,
} from '@thresher/pipeline';
import type { Db } from '@thresher/store/database';
import { dropRun, findRunningRun, removeUnusedSource, type Source } from '@thresher/store/harvest';
import { readDate, readDuration } from '../dates.ts';
import { count, duration, exit, type ExitCode, type Io, print, printJson, say, UsageError } from '../io.ts';
import { createProgress } from '../progress.ts';
import { openCommandResources, waitReporter } from '../open-resources.ts';

export interface HarvestFlags {
  readonly set?: string[];
  readonly metadataPrefix?: string;
  readonly from?: string;
  readonly until?: string;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly limit?: number;
  readonly restart?: boolean;
  readonly incremental?: boolean;
  /** Make the run and leave it to a harvester process. */
  readonly detach?: boolean;
  readonly workers: number;
  readonly json?: boolean;
}

/** Harvests a source until the last record is searchable, and says what came of it. */
export async function harvest(io: Io, nameOrUrl: string, flags: HarvestFlags): Promise<ExitCode> {
  if (flags.detach) return leaveToHarvester(io, nameOrUrl, flags);
  return harvestSource(io, nameOrUrl, flags, async ({ deps, source, started, show }) => {
    if (flags.restart) await dropUnfinished(deps.db, source);
    const request = flags.incremental
      ? await incrementalRequest(deps.db, source, incrementalOptionsOf(source, flags))
      : requestOf(source, flags);
    const result = await runHarvest(deps, source, request, show, io.signal);
    return () => report(io, source, result, (Date.now() - started) / 1_000, flags.json === true);
  });
}

/** Makes the run and leaves it to a harvester process. */
async function leaveToHarvester(io: Io, nameOrUrl: string, flags: HarvestFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const resolved = await resolveOrAdd(db, nameOrUrl, flags.metadataPrefix);
  const { source } = resolved;
  const run = await keepingSource(db, resolved, async () => {
    if (flags.restart) await dropUnfinished(db, source);
    const request = flags.incremental
      ? await incrementalRequest(db, source, incrementalOptionsOf(source, flags))
      : requestOf(source, flags);
    return beginRun({ db, client: resources.client(source.base_url), log: resources.log, liftBlock: true }, source, request, io.signal);
  });
  if (flags.json) printJson(io, { source: source.name, run: run.id, state: run.state });
  else
    print(
      io,
      `${source.name}, run ${run.id}: left to a harvester process (docker compose and npm start run one); thresher status follows it`,
    );
  return exit.done;
}

/** How long a harvest waits for an Elasticsearch that is configured and does not answer: on a loaded machine it takes minutes to start. */
const searchStartMs = 10 * 60_000;

/** Does `work` for a source. If that fails and the source was added for it, it is not left behind without anything harvested. */
async function keepingSource<T>(db: Db, { source, added }: { source: Source; added: boolean }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The first error is the one to report.
    if (added) await removeUnusedSource(db, source.id).catch(() => {});
    throw error;
  }
}

export interface HarvestSession {
  readonly deps: HarvestDeps;
  readonly source: Source;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly show: (progress: Progress) => void;
}

/**
 * Opens all that a harvest of a source needs, with workers that transform its pages, and does `work`. What that returns
 * reports, after the progress line has gone.
 */
export async function harvestSource(
  io: Io,
  nameOrUrl: string,
  flags: { readonly metadataPrefix?: string; readonly workers: number },
  work: (session: HarvestSession) => Promise<() => ExitCode>,
): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const resolved = await resolveOrAdd(db, nameOrUrl, flags.metadataPrefix);
  return await keepingSource(db, resolved, () => inHarvestSession(io, resources, resolved.source, flags.workers, work));
}

async function inHarvestSession(
  io: Io,
  resources: Resources,
  source: Source,
  workers: number,
  work: (session: HarvestSession) => Promise<() => ExitCode>,
): Promise<ExitCode> {
  const { log } = resources;
  const db = await resources.db();
  const search = await untilThere(resources.search, waitReporter(io), io.signal, searchStartMs);
  if (search === null) say(io, 'there is no ELASTICSEARCH_URL: records go to SQL, search stays empty');
  const queue = await resources.queue();
  await using _ = await startTransforming(resources, workers);
  const client = resources.client(source.base_url);
  const progress = createProgress(io);
  try {
    const tell = await work({
      deps: { db, client, queue, search, log, liftBlock: true },
      source,
      started: Date.now(),
      show: progress.show,
    });
    progress.end();
    return tell();
  } catch (error) {
    progress.end();
    throw await withAdvice(error, client, io.signal);
  }
}

/** What is to be brought up to date, out of the flags of `sync` and `harvest --incremental`. */
export function incrementalOptionsOf(
  source: Source,
  flags: Pick<HarvestFlags, 'set' | 'metadataPrefix' | 'rate' | 'concurrency'> & { readonly overlap?: string },
): IncrementalOptions {
  return {
    metadataPrefix: flags.metadataPrefix ?? source.metadata_prefix,
    setSpecs: flags.set ?? source.set_specs,
    overlapSeconds: flags.overlap === undefined ? null : readDuration(flags.overlap),
    rate: flags.rate ?? null,
    concurrency: flags.concurrency ?? null,
  };
}

/** What is to be harvested, out of the flags of `harvest` and `plan`. */
export function requestOf(source: Pick<Source, 'metadata_prefix' | 'set_specs'>, flags: Omit<HarvestFlags, 'workers'>): HarvestRequest {
  const now = new Date();
  const from = flags.from === undefined ? null : readDate(flags.from, 'start', now);
  const until = flags.until === undefined ? null : readDate(flags.until, 'end', now);
  if (from !== null && until !== null && from > until) throw new UsageError('--from is later than --until');
  return {
    kind: 'full',
    metadataPrefix: flags.metadataPrefix ?? source.metadata_prefix,
    setSpecs: flags.set ?? source.set_specs,
    from,
    until,
    rate: flags.rate ?? null,
    concurrency: flags.concurrency ?? null,
    limit: flags.limit ?? null,
  };
}

/** Ends an unfinished run of the source, so that another can begin. */
export async function dropUnfinished(db: Db, source: Source): Promise<void> {
  const running = await findRunningRun(db, source.id);
  if (running !== undefined) await dropRun(db, running.id);
}

/** A format that is not there is told from the list of those that are. */
async function withAdvice(error: unknown, client: OaiClient, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof HarvestStoppedError) || !/metadataPrefix|cannotDisseminateFormat/i.test(error.message)) return error;
  try {
    const formats = await client.listMetadataFormats(undefined, signal);
    return new HarvestStoppedError(`${error.message}; the repository offers ${formats.map((format) => format.metadataPrefix).join(', ')}`, {
      cause: error,
    });
  } catch (cause) {
    if (cause instanceof OaiError || cause instanceof OaiHttpError) return error;
    throw cause;
  }
}

/** Says what came of a run, and gives the exit code for it. */
export function report(io: Io, source: Source, result: HarvestResult, seconds: number, json: boolean): ExitCode {
  if (json) printJson(io, resultJson(source, result, seconds));
  else printResult(io, source, result, seconds);
  sayWhatIsMissing(io, source, result);
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

/** Why fewer records are in search than in SQL, in sentences. */
export function notInSearch({ stored, searchable, refused }: Pick<HarvestResult['totals'], 'stored' | 'searchable' | 'refused'>): string[] {
  const kept = stored - searchable;
  return [
    ...(kept > 0 ? [`${count(kept)} of those in SQL are deleted or have no metadata that could be mapped: these are not in search`] : []),
    ...(refused > 0 ? [`${count(refused)} documents were refused by Elasticsearch`] : []),
  ];
}

const nothingListed = { full: 'the repository lists no records for this selection', incremental: 'nothing new' } as const;

export function sayWhatIsMissing(io: Io, source: Source, { run, totals, state, failure }: HarvestResult): void {
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
