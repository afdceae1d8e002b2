import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '@thresher/oai';
import { createReport, type Logger, type Report } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import {
  findRunningRun,
  findSourceById,
  listAskedRuns,
  listRunningRuns,
  listSources,
  removeAskedRun,
  type Run,
  type Source,
  readRateLimit,
} from '@thresher/store/harvest';
import { dumpLimitsOf, dumpRequestOf, DumpTakenError, importDump } from '../dump/import-dump.ts';
import { applySchedulesOfSources } from './keep-schedules.ts';
import { onTick } from './on-tick.ts';
import { endInterruptedCheck } from '../harvest/check-suspects.ts';
import { RunEndedError } from '../walk/walk-run.ts';
import { HostBlockedError } from '../requests/host-rate-limit.ts';
import { requestOfRun } from '../harvest/request-of-run.ts';
import { type HarvestResult, OtherRunError, runHarvest } from '../harvest/run-harvest.ts';
import { prune } from '../retention/prune.ts';
import { pruneScheduleOf, retentionPolicyOf } from '../retention/retention-policy.ts';
import type { ScheduleKind } from '../sources/schedule.ts';
import type { ScheduleQueue } from '../queue/schedule-queue.ts';
import { sendWebhooksUntilStopped } from '../webhooks/send-webhooks.ts';
import { settingsOf } from '../sources/sources.ts';
import type { HarvestDeps } from '../harvest-deps.ts';
import { waitUntilOpen } from './wait-until-open.ts';
import type { Resources } from './resources.ts';

const lookEveryMs = 2_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});

/**
 * Works on every run that is not finished until the signal: those begun with `harvest --detach`, by a schedule, and those
 * whose process died. A run that fails is tried again, at once at first, then after up to a minute. Begins the runs that schedules ask for.
 */
export async function startHarvester(resources: Resources, signal: AbortSignal): Promise<void> {
  const { log } = resources;
  const pruneSchedule = pruneScheduleOf(resources.env);
  const report = createReport(log);
  const [db, schedules] = await waitUntilOpen(async () => [await resources.db(), await resources.schedules()] as const, report, signal);
  /** By source: a source has one run at a time. */
  const working = new Map<number, Promise<void>>();
  const take = (sourceId: number, work: Promise<void>): void =>
    void working.set(
      sourceId,
      work.finally(() => working.delete(sourceId)),
    );
  /** Work that is no run: by source, fetching files and statistics; null: deleting old rows. */
  const aside = new Map<number | null, Promise<void>>();
  await using _ = schedules.work(async (tick) => {
    const { sourceId, kind } = tick;
    if (tick.kind === 'full' || tick.kind === 'incremental')
      return beginScheduled(resources, { sourceId: tick.sourceId, kind: tick.kind }, working, take, signal);
    if (aside.has(sourceId)) return log.info({ source: sourceId, kind, why: 'the last one continues' }, 'tick skipped');
    const work = sourceId === null ? pruneScheduled(resources, signal) : enrichScheduled(resources, sourceId, signal);
    aside.set(
      sourceId,
      work.finally(() => aside.delete(sourceId)),
    );
  });
  const telling = sendWebhooksUntilStopped({ db, log, ...resources.outbound() }, signal);
  log.info('harvesting');
  const failures = new Map<number, number>();
  let keeping: Promise<void> | null = null;
  let scheduledAt = 0;
  let asking: Promise<void> | null = null;
  while (!signal.aborted) {
    // Not awaited before the runs: a queue that is away may let it wait for long.
    if (keeping === null && Date.now() - scheduledAt > keepSchedulesEveryMs) {
      scheduledAt = Date.now();
      keeping = applySchedulesOfSources(db, schedules, log, pruneSchedule)
        .then(() => {})
        .catch((error: unknown) => report(error, 'schedules could not be compared'))
        .finally(() => (keeping = null));
    }
    asking ??= tickAskedRuns(db, schedules)
      .catch((error: unknown) => report(error, 'runs that were asked for cannot be queued'))
      .finally(() => (asking = null));
    for (const run of await runningRuns(db, report))
      if (!working.has(run.source_id)) take(run.source_id, workOn(resources, run, failures, signal));
    await pause(lookEveryMs, signal);
  }
  await Promise.allSettled([...working.values(), ...aside.values(), telling]);
}

/** None while the database is away: a process that ends for that would end those runs too that it works on. */
async function runningRuns(db: Db, report: Report): Promise<Run[]> {
  return listRunningRuns(db).catch((error: unknown) => {
    report(error, 'the database cannot be asked for runs; trying again');
    return [];
  });
}

/** Queues the runs that were asked for, as their schedules would. One that is queued twice ticks once. */
async function tickAskedRuns(db: Db, schedules: Pick<ScheduleQueue, 'tick'>): Promise<void> {
  for (const asked of await listAskedRuns(db)) {
    await schedules.tick({ sourceId: asked.sourceId, kind: asked.kind });
    await removeAskedRun(db, asked);
  }
}

/** How soon a change of schedules, or their loss by the queue, is noticed. */
const keepSchedulesEveryMs = 15_000;

/** Fetches files and statistics of a source's records. It shares the rate limit of the host with the run that is active. */
async function enrichScheduled(resources: Resources, sourceId: number, signal: AbortSignal): Promise<void> {
  const log = resources.log.child({ source: sourceId, kind: 'enrich' });
  try {
    const db = await resources.db();
    const source = (await listSources(db)).find((one) => one.id === sourceId);
    if (source === undefined) return;
    if (source.paused_at !== null) return log.info({ why: pausedSentence }, 'tick skipped');
    // It brings the mapping with it, which a process that only walks does without.
    const { enrich, defaultAgeSeconds } = await import('../enrich/enrich.ts');
    const olderThanSeconds = settingsOf(source).enrichEverySeconds ?? defaultAgeSeconds;
    const options = { setSpecs: source.set_specs, query: null, limit: null, rate: null, olderThanSeconds };
    const counts = await enrich({ db, search: await resources.search(), log, ...resources.outbound() }, source, options, () => {}, signal);
    log.info(counts, 'files and statistics fetched');
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, 'files and statistics could not be fetched');
  }
}

/** Deletes what is older than the policy allows. What is interrupted is continued by the next tick. */
async function pruneScheduled(resources: Resources, signal: AbortSignal): Promise<void> {
  const log = resources.log.child({ kind: 'prune' });
  try {
    const deps = { db: await resources.db(), log, searchable: (await resources.search()) !== null };
    await prune(deps, retentionPolicyOf(resources.env), signal);
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, 'old rows could not be deleted');
  }
}

const pausedSentence = 'the source is paused';

/** A tick that begins a run. */
interface RunTick {
  readonly sourceId: number;
  readonly kind: Exclude<ScheduleKind, 'enrich'>;
}

async function beginScheduled(
  resources: Resources,
  { sourceId, kind }: RunTick,
  working: ReadonlyMap<number, Promise<void>>,
  take: (sourceId: number, work: Promise<void>) => void,
  signal: AbortSignal,
): Promise<void> {
  const source = (await listSources(await resources.db())).find((one) => one.id === sourceId);
  if (source === undefined) return;
  const log = resources.log.child({ source: source.name, kind });
  if (source.paused_at !== null) return log.info({ why: pausedSentence }, 'tick skipped');
  const hindrance = await untilFree(await resources.db(), { sourceId, kind }, working, signal);
  if (hindrance !== null) return log.info({ why: hindrance }, 'tick skipped');
  const begun = Promise.withResolvers<void>();
  take(sourceId, begun.promise);
  try {
    const outcome = await onTick(await depsFor(resources, source, log), source, kind, (work) => void work.finally(begun.resolve), signal);
    if (outcome.started) return log.info('scheduled run begun');
    begun.resolve();
    log.info({ why: outcome.why }, 'tick skipped');
  } catch (error) {
    begun.resolve();
    throw error;
  }
}

/**
 * Why a tick begins nothing; null if it may. A full harvest comes seldom, so it waits for a sync to end, as that is
 * soon; everything else comes again before long.
 */
async function untilFree(
  db: Db,
  { sourceId, kind }: RunTick,
  working: ReadonlyMap<number, unknown>,
  signal: AbortSignal,
): Promise<string | null> {
  for (;;) {
    const running = await findRunningRun(db, sourceId);
    if (running === undefined && !working.has(sourceId)) return null;
    const isLong = running?.kind === 'full' || running?.kind === 'dump';
    if (running !== undefined && (isLong || kind === 'incremental')) return `run ${running.id} (${running.kind}) is not finished`;
    await sleep(1_000, undefined, { signal });
  }
}

async function depsFor(resources: Resources, source: Source, log: Logger): Promise<HarvestDeps> {
  return {
    db: await resources.db(),
    client: resources.client(source.base_url),
    queue: await resources.queue(),
    search: await resources.search(),
    log,
  };
}

function goOnWith(resources: Resources, deps: HarvestDeps, source: Source, run: Run, signal: AbortSignal): Promise<HarvestResult> {
  if (run.kind === 'check') return endInterruptedCheck(deps, run, signal);
  if (run.kind === 'dump')
    return importDump(deps, source, dumpRequestOf(run), resources.outbound(), () => {}, signal, dumpLimitsOf(resources.env));
  return runHarvest(deps, source, requestOfRun(run), () => {}, signal);
}

/** Until the block of a host is over, or a person has lifted it. */
async function untilUnblocked(db: Db, host: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await readRateLimit(db, host)).block !== null) await pause(blockLookEveryMs, signal);
}

const blockLookEveryMs = 5_000;

/** @param failures how often in a row each run has failed in this process, by its number */
async function workOn(resources: Resources, run: Run, failures: Map<number, number>, signal: AbortSignal): Promise<void> {
  const log = resources.log.child({ run: run.id });
  try {
    const source = await findSourceById(await resources.db(), run.source_id);
    const deps = await depsFor(resources, source, log);
    const { state, totals, failure } = await goOnWith(resources, deps, source, run, signal);
    failures.delete(run.id);
    log.info({ state, failure, ...totals }, 'run ended');
  } catch (error) {
    if (signal.aborted) return;
    const before = failures.get(run.id) ?? 0;
    failures.set(run.id, before + 1);
    if (error instanceof HostBlockedError) {
      log.warn({ why: error.message }, 'the run waits');
      return untilUnblocked(await resources.db(), error.host, signal);
    }
    if (error instanceof RunEndedError) return log.info({ why: error.message }, 'run left alone');
    if (error instanceof DumpTakenError || error instanceof OtherRunError) log.info({ why: error.message }, 'another process is at it');
    else log.error({ err: error }, 'the run stands still');
    await pause(backoffMs(before, null), signal);
  }
}
