import { boundEarliest, formatDatestamp, parseDatestamp, serverTime, type Granularity } from '@thresher/oai';
import { createReport, redactUrl } from '@thresher/runtime';
import { type Db, retryLost, type RunKind } from '@thresher/store/database';
import {
  changeSettings,
  createRun,
  emptySets,
  failEmptyRun,
  findRun,
  findRunningRun,
  finishRun,
  neverHarvested,
  noteRunFailure,
  replaceWindows,
  type Run,
  runTotals,
  type RunTotals,
  type Source,
  wasDropped,
} from '@thresher/store/harvest';
import { refreshAnalytics } from '@thresher/store/read';
import { createEnqueuer } from '../queue/enqueue.ts';
import { recountWindows } from './close-windows.ts';
import { RunEndedError, runEnded, walkRun } from '../walk/walk-run.ts';
import { missingSets } from '../presence/known-sets.ts';
import { type MembershipOutcome, reconcileMembership } from '../presence/membership.ts';
import { createRequestStats } from '../walk/request-stats.ts';
import { HostBlockedError, type HostRateLimit } from '../requests/host-rate-limit.ts';
import { openSourceRateLimit } from './source-rate-limit.ts';
import { problemsOf } from './run-problems.ts';
import { saveIdentify, settingsOf, type SourceSettings } from '../sources/sources.ts';
import type { HarvestDeps } from '../harvest-deps.ts';
import { type Progress, maintainRun, waitUntilWindowsClose } from './run-maintenance.ts';
import { tidyIndex } from '../indexing/tidy-index.ts';
import { untilIndexed } from '../indexing/until-indexed.ts';
import { lookForVanished, type VanishedOutcome } from '../presence/vanished.ts';
import { HarvestStoppedError, UnselectiveError, type RunContext, type WalkDeps } from '../walk/walk-window.ts';
import { askSource, onlyIfBusy } from '../requests/ask-source.ts';

/** What to harvest, and how. */
export interface HarvestRequest {
  readonly kind: RunKind;
  readonly metadataPrefix: string;
  readonly setSpecs: readonly string[];
  readonly from: Date | null;
  /** Null: until now, by the server's clock. */
  readonly until: Date | null;
  /** Requests per minute; null: what is known of the source. */
  readonly rate: number | null;
  /** Most lists at a time; null: what is known of the source, else 2. */
  readonly concurrency: number | null;
  /** Stop after about this many records; null: all. The run is then cancelled. */
  readonly limit: number | null;
  /** A person has confirmed that a set is empty, or much smaller than before. */
  readonly confirm?: boolean;
  /** The run to continue; no other run is started if it was dropped meanwhile. */
  readonly resume?: number;
}

/** The whole repository, with its settings. */
export const everything: HarvestRequest = {
  kind: 'full',
  metadataPrefix: 'oai_datacite',
  setSpecs: [],
  from: null,
  until: null,
  rate: null,
  concurrency: null,
  limit: null,
};

export interface HarvestResult {
  readonly run: Run;
  readonly totals: RunTotals;
  readonly state: 'complete' | 'incomplete' | 'cancelled' | 'failed';
  /** A message about what is missing; null if nothing is. */
  readonly failure: string | null;
  /** From the making of the run to its end. */
  readonly seconds: number;
  /** The result of the comparison of members; null for other runs. */
  readonly membership: MembershipOutcome | null;
  /** The result of the search for vanished records; null if there was none. */
  readonly vanished: VanishedOutcome | null;
}

/** An unfinished run of the source has another selection. */
export class OtherRunError extends Error {
  override readonly name = 'OtherRunError';
}

/**
 * Harvests a source until its last record is in SQL and search, or continues an interrupted run. Transform
 * workers must be running, in this process or another.
 *
 * @throws OtherRunError; HarvestStoppedError and HostBlockedError, with what the server said; what Identify throws; the
 * signal's reason. The run then stays as it is and can be continued, unless its first request was refused permanently:
 * then it has failed. RunEndedError if the run was dropped.
 */
export async function runHarvest(
  deps: HarvestDeps,
  source: Source,
  request: HarvestRequest,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<HarvestResult> {
  const begun = await repeating(deps, signal)(() => begin(deps, source, request, signal));
  try {
    return await carryThrough(deps, source, request, begun, onProgress, signal);
  } catch (error) {
    if (error instanceof RunEndedError) return await endedElsewhere(deps.db, begun.run);
    throw error;
  }
}

/** Does some work, and again if its database connection was lost in the middle. */
export type Repeat = <T>(work: () => Promise<T>) => Promise<T>;

/** Repeats a step of a run if its database connection was lost. Every step may run twice, because the ledger holds the progress. */
export function repeating({ log }: Pick<HarvestDeps, 'log'>, signal: AbortSignal): Repeat {
  const report = createReport(log);
  return (work) => retryLost(work, (error) => report(error, 'the database connection was lost in the middle of a run; going on'), signal);
}

/** The result of a run that another process has ended. */
export async function endedElsewhere(db: Db, { id }: Run): Promise<HarvestResult> {
  const run = await findRun(db, id);
  if (run === undefined || run.state === 'running' || wasDropped(run)) throw runEnded(id);
  const seconds = ((run.finished_at ?? new Date()).getTime() - run.started_at.getTime()) / 1_000;
  return { run, totals: await runTotals(db, id), state: run.state, failure: run.failure, seconds, membership: null, vanished: null };
}

async function carryThrough(
  deps: HarvestDeps,
  source: Source,
  request: HarvestRequest,
  { hostRateLimit, identify, granularity, run }: Awaited<ReturnType<typeof begin>>,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<HarvestResult> {
  const settings = settingsOf(source);
  const step = repeating(deps, signal);
  const context = {
    run,
    sourceId: source.id,
    verb: run.kind === 'membership' ? 'ListIdentifiers' : 'ListRecords',
    granularity,
    earliest: boundEarliest(parseDatestamp(identify.earliestDatestamp ?? ''), new Date()),
    tokensRepeatable: settings.tokensRepeatable ?? false,
  } as const;
  await using maintenance = maintainRun(deps, run, hostRateLimit, onProgress);
  const limit = createLimit(request.limit);
  try {
    await step(() => walkAll(deps, source, hostRateLimit, context, request, limit, signal));
  } catch (error) {
    if (!limit.reached()) {
      if (error instanceof HarvestStoppedError || error instanceof HostBlockedError) await noteStop(deps.db, run.id, error);
      throw error;
    }
  }
  await waitUntilWindowsClose(deps, run, maintenance, limit.reached(), signal);
  if (limit.reached())
    return await step(() => closeRun(deps, run, 'cancelled', [`stopped at the limit of ${request.limit} records`], signal));
  const unknown = await step(() => unknownSets(deps, hostRateLimit, source, run, signal));
  if (unknown.sure) return await step(() => closeRun(deps, run, 'failed', unknown.sentences, signal));
  if (run.kind !== 'membership') return await step(() => closeRun(deps, run, null, unknown.sentences, signal));
  const membership = await step(() => reconcileMembership(deps, hostRateLimit, run, granularity, request.confirm ?? false, signal));
  await waitUntilWindowsClose(deps, run, maintenance, false, signal);
  await step(() => recountWindows(deps.db, deps.search, source.id, run.id));
  const closed = await step(() =>
    closeRun(deps, run, membership.unclear > 0 ? 'incomplete' : null, [...unknown.sentences, ...membership.problems], signal),
  );
  return { ...closed, membership };
}

/** A run that is refused permanently before any page arrived has failed: it cannot be continued, and would block others. */
async function noteStop(db: Db, runId: number, error: HarvestStoppedError | HostBlockedError): Promise<void> {
  const failed = error instanceof HarvestStoppedError && error.forGood && (await failEmptyRun(db, runId, error.message));
  if (!failed) await noteRunFailure(db, runId, error.message);
}

/**
 * Creates the run of a request, or finds it if it is active, and leaves the work to a harvester process.
 *
 * @throws as runHarvest does before its first list
 */
export async function beginRun(
  deps: Pick<HarvestDeps, 'db' | 'client' | 'log' | 'liftBlock'>,
  source: Source,
  request: HarvestRequest,
  signal: AbortSignal,
): Promise<Run> {
  return (await begin(deps, source, request, signal)).run;
}

async function begin(
  deps: Pick<HarvestDeps, 'db' | 'client' | 'log' | 'liftBlock'>,
  source: Source,
  request: HarvestRequest,
  signal: AbortSignal,
) {
  const settings = settingsOf(source);
  if (request.resume !== undefined && (await findRun(deps.db, request.resume))?.state !== 'running') throw runEnded(request.resume);
  const hostRateLimit = await openSourceRateLimit(deps, source, request.rate);
  // Not repeated if no answer comes: a wrong address has to fail at once.
  const reply = await askSource(hostRateLimit, () => deps.client.request({ verb: 'Identify' }, signal), signal, onlyIfBusy);
  const identify = await saveIdentify(deps.db, source, reply);
  const granularity = settings.granularity ?? identify.granularity;
  const { value: now, doubt } = serverTime(identify.responseDate, new Date());
  if (doubt !== null) deps.log.warn({ source: source.name }, doubt);
  const run = await openRun(deps, source, request, granularity, now);
  return { hostRateLimit, identify, granularity, run };
}

interface UnknownSets {
  readonly sentences: readonly string[];
  /** The list of sets was read to its end. */
  readonly sure: boolean;
}

/** Sets that listed nothing and are not among the sets of the repository. Not requested again after a set was harvested. */
async function unknownSets(
  deps: HarvestDeps,
  hostRateLimit: HostRateLimit,
  source: Source,
  run: Run,
  signal: AbortSignal,
): Promise<UnknownSets> {
  if (run.from_datestamp !== null) return { sentences: [], sure: false };
  const empty = await neverHarvested(deps.db, run, await emptySets(deps.db, run.id));
  if (empty.length === 0) return { sentences: [], sure: false };
  const { missing, listed, exhausted } = await missingSets(deps.client, hostRateLimit, empty, signal);
  if (missing.length === 0) return { sentences: [], sure: false };
  const where = exhausted ? 'no such set' : `it is not among its first ${listed} sets`;
  return {
    sentences: [`${redactUrl(source.base_url)} lists no records in ${missing.join(', ')}, and ${where}: is it spelt right?`],
    sure: exhausted,
  };
}

async function openRun(
  deps: Pick<HarvestDeps, 'db' | 'log'>,
  source: Source,
  request: HarvestRequest,
  granularity: Granularity,
  now: Date,
): Promise<Run> {
  const running = await findRunningRun(deps.db, source.id);
  if (request.resume !== undefined && running?.id !== request.resume) throw runEnded(request.resume);
  if (running !== undefined) {
    if (running.kind === 'dump')
      throw new OtherRunError(`run ${running.id} of ${source.name} reads a dump: continue it with --from-dump, or drop it with --restart`);
    if (!isSameSelection(running, request))
      throw new OtherRunError(
        `run ${running.id} of ${source.name} (${describeSelection(running)}) is not finished: continue it with the command that started it, or drop it with --restart`,
      );
    deps.log.info({ run: running.id }, 'going on with an unfinished run');
    return running;
  }
  // In the server's granularity, so that the sent and the stored value are equal.
  // Never in the future: later records cannot count as harvested.
  const until = parseDatestamp(formatDatestamp(request.until !== null && request.until < now ? request.until : now, granularity))!;
  const sets = request.setSpecs.length === 0 ? [null] : request.setSpecs;
  return createRun(
    deps.db,
    {
      source_id: source.id,
      kind: request.kind,
      metadata_prefix: request.metadataPrefix,
      set_specs: [...request.setSpecs],
      from_datestamp: request.from,
      until_datestamp: until,
      options: { rate: request.rate, concurrency: request.concurrency, limit: request.limit, confirm: request.confirm ?? false },
    },
    sets.map((set_spec) => ({ set_spec, from_datestamp: request.from, until_datestamp: until })),
  );
}

/** An incremental run continues whatever its bounds, because they come from the clock. */
function isSameSelection(run: Run, request: HarvestRequest): boolean {
  return (
    run.kind === request.kind &&
    run.metadata_prefix === request.metadataPrefix &&
    [...run.set_specs].sort().join() === [...request.setSpecs].sort().join() &&
    (run.kind === 'incremental' || run.from_datestamp?.getTime() === request.from?.getTime())
  );
}

const describeSelection = (run: Run): string =>
  [
    run.kind,
    run.metadata_prefix,
    run.set_specs.length === 0 ? 'whole repository' : `sets ${run.set_specs.join(', ')}`,
    run.from_datestamp === null ? '' : `from ${run.from_datestamp.toISOString()}`,
  ]
    .filter(Boolean)
    .join(', ');

interface Limit {
  count(records: number): void;
  reached(): boolean;
  readonly signal: AbortSignal;
}

function createLimit(most: number | null): Limit {
  const controller = new AbortController();
  let seen = 0;
  return {
    count(records) {
      seen += records;
      if (most !== null && seen >= most) controller.abort(new Error('limit reached'));
    },
    reached: () => controller.signal.aborted,
    signal: controller.signal,
  };
}

/** Walks all windows; if the server turns out to ignore dates, once more without them. */
async function walkAll(
  deps: HarvestDeps,
  source: Source,
  hostRateLimit: HostRateLimit,
  context: RunContext,
  request: HarvestRequest,
  limit: Limit,
  signal: AbortSignal,
): Promise<void> {
  const settings = settingsOf(source);
  const requestStats = createRequestStats({ requests: context.run.requests, breaks: (await runTotals(deps.db, context.run.id)).restarts });
  const enqueue = createEnqueuer(deps.queue, deps.log);
  const walk: WalkDeps = {
    ...deps,
    hostRateLimit,
    requestStats,
    onPage: (pageId, records) => {
      enqueue(pageId);
      limit.count(records);
    },
  };
  const options = { concurrency: request.concurrency ?? settings.concurrency ?? 2 };
  const both = AbortSignal.any([signal, limit.signal]);
  if (settings.selective === false) await replaceWindows(deps.db, context.run);
  try {
    await walkRun(walk, context, options, both);
  } catch (error) {
    if (!(error instanceof UnselectiveError)) throw error;
    deps.log.warn('the server ignores from and until: its list is walked in one piece');
    await changeSettings(deps.db, source.id, { selective: false } satisfies SourceSettings);
    await replaceWindows(deps.db, context.run);
    await walkRun(walk, context, options, both);
  }
}

/** Ends a run: reports what is missing, and if it listed everything, looks for vanished records. */
export async function closeRun(
  deps: HarvestDeps,
  run: Run,
  state: HarvestResult['state'] | null,
  reasons: readonly string[],
  signal: AbortSignal,
): Promise<HarvestResult> {
  if ((await findRun(deps.db, run.id))?.state !== 'running') throw runEnded(run.id);
  const totals = await runTotals(deps.db, run.id);
  const problems = [...reasons, ...problemsOf(totals)];
  const ended = state ?? (totals.short + totals.failed > 0 ? 'incomplete' : 'complete');
  const vanished = ended === 'complete' ? await lookForVanished(deps.db, run) : null;
  const failure = [...problems, ...(vanished?.problems ?? [])].join('; ') || null;
  // Before the run ends, so that its result is visible in search; a run that cannot show it continues.
  await untilIndexed(deps, signal);
  if (!(await finishRun(deps.db, run.id, ended, failure))) throw runEnded(run.id);
  if (deps.search !== null && (run.kind === 'full' || run.kind === 'dump')) await tidyIndex(deps.search, deps.log);
  // The result of the run does not depend on whether the views for analysts can be refreshed (only their owner may).
  await refreshAnalytics(deps.db, { signal }).catch((error: unknown) => {
    if (!signal.aborted) deps.log.warn({ err: error }, 'the views of schema analytics were not renewed');
  });
  return { run, totals, state: ended, failure, seconds: (Date.now() - run.started_at.getTime()) / 1_000, membership: null, vanished };
}
