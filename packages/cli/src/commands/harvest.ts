import { formatDatestamp, type OaiClient, OaiError, OaiHttpError } from '@thresher/oai';
import {
  HarvestStoppedError, type HarvestRequest, type HarvestResult, resolveSource, runHarvest, transformPage,
} from '@thresher/pipeline';
import { findRunningRun, finishRun, type Source } from '@thresher/store';
import { readDate } from '../dates.ts';
import { count, duration, exit, type ExitCode, type Io, print, printJson, say, UsageError } from '../io.ts';
import { createProgress } from '../progress.ts';
import type { Workshop } from '@thresher/pipeline';
import { openShop } from '../shop.ts';

export interface HarvestFlags {
  readonly set?: string[];
  readonly metadataPrefix?: string;
  readonly from?: string;
  readonly until?: string;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly limit?: number;
  readonly restart?: boolean;
  readonly workers: number;
  readonly json?: boolean;
}

/** Harvests a source until the last record is searchable, and says what came of it. */
export async function harvest(io: Io, nameOrUrl: string, flags: HarvestFlags): Promise<ExitCode> {
  await using workshop = openShop(io);
  const { log } = workshop;
  const db = await workshop.db();
  const source = await resolveSource(db, nameOrUrl, flags.metadataPrefix);
  const search = await workshop.search();
  if (search === null) say(io, 'there is no ELASTICSEARCH_URL: records go to SQL, search stays empty');
  const queue = workshop.queue();
  await using _ = queue.work((pageId) => transformPage({ db, search, log }, pageId), flags.workers);
  if (flags.restart) await dropUnfinished(workshop, source);
  const client = workshop.client(source.base_url);
  const progress = createProgress(io);
  const started = Date.now();
  try {
    const result = await runHarvest({ db, client, queue, search, log }, source, requestOf(source, flags), progress.show, io.signal);
    progress.end();
    return report(io, source, result, (Date.now() - started) / 1_000, flags.json === true);
  } catch (error) {
    progress.end();
    throw await withAdvice(error, client, io.signal);
  }
}

function requestOf(source: Source, flags: HarvestFlags): HarvestRequest {
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

async function dropUnfinished(workshop: Workshop, source: Source): Promise<void> {
  const db = await workshop.db();
  const running = await findRunningRun(db, source.id);
  if (running !== undefined) await finishRun(db, running.id, 'cancelled', 'dropped by --restart');
}

/** A format that is not there is told from the list of those that are. */
async function withAdvice(error: unknown, client: OaiClient, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof HarvestStoppedError) || !/metadataPrefix|cannotDisseminateFormat/i.test(error.message)) return error;
  try {
    const formats = await client.listMetadataFormats(undefined, signal);
    return new HarvestStoppedError(`${error.message}; the repository offers ${formats.map((format) => format.metadataPrefix).join(', ')}`, { cause: error });
  } catch (cause) {
    if (cause instanceof OaiError || cause instanceof OaiHttpError) return error;
    throw cause;
  }
}

function report(io: Io, source: Source, { run, totals, state, failure }: HarvestResult, seconds: number, json: boolean): ExitCode {
  if (json)
    printJson(io, { source: source.name, baseURL: source.base_url, run: run.id, state, failure, until: run.until_datestamp, seconds, ...totals });
  else {
    const line = (label: string, value: number | null) => print(io, `  ${label.padEnd(11)}${(value === null ? '–' : count(value)).padStart(12)}`);
    print(io, `${source.name}, run ${run.id}: ${state} in ${duration(seconds)}${run.until_datestamp === null ? '' : `, up to ${formatDatestamp(run.until_datestamp, 'YYYY-MM-DDThh:mm:ssZ')}`}`);
    line('declared', totals.declared);
    line('received', totals.distinctReceived);
    line('in SQL', totals.stored);
    line('in search', totals.indexed);
    line('requests', totals.requests);
  }
  if (totals.declared === 0 && state === 'complete') say(io, 'the repository lists no records for this selection');
  if (failure !== null) say(io, `${failure}.${state === 'incomplete' ? ' thresher coverage shows where; the next harvest tries again.' : ''}`);
  if (state === 'failed') return exit.failed;
  return failure !== null && state !== 'cancelled' ? exit.incomplete : exit.done;
}
