import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import { findRunningRun, listRuns, type Source } from '@thresher/store/harvest';
import { RunEndedError } from '../walk/walk-run.ts';
import { NoCompleteRunError } from '../harvest/incremental.ts';
import { type HarvestRequest, runHarvest } from '../harvest/run-harvest.ts';
import { syncSource } from '../harvest/sync.ts';
import type { HarvestDeps } from '../harvest-deps.ts';

/** The result of a tick: a run was begun, or the reason why not. */
export type TickOutcome = { readonly started: true } | { readonly started: false; readonly why: string };

/**
 * Begins the run that a schedule asks for, and resolves as soon as it is on the books; from then on the ledger knows of
 * it, whatever happens to this process. If a run of the source is running, none is begun: the next tick comes anyway.
 * The rest of the work is handed to `follow`.
 *
 * @throws what goes wrong before the run is on the books.
 */
export async function onTick(
  deps: HarvestDeps,
  source: Source,
  kind: 'full' | 'incremental',
  follow: (work: Promise<void>) => void,
  signal: AbortSignal,
): Promise<TickOutcome> {
  const running = await findRunningRun(deps.db, source.id);
  if (running !== undefined) return { started: false, why: `run ${running.id} is not finished` };
  const before = (await listRuns(deps.db, source.id, 1))[0]?.id ?? 0;
  const work = kind === 'full' ? harvestFully(deps, source, signal) : bringUpToDate(deps, source, signal);
  const stop = new AbortController();
  try {
    await Promise.race([work, untilRun(deps.db, source.id, before, AbortSignal.any([signal, stop.signal]))]);
  } catch (error) {
    if (error instanceof NoCompleteRunError) return { started: false, why: error.message };
    throw error;
  } finally {
    stop.abort();
  }
  follow(logged(work, deps.log, signal));
  return { started: true };
}

async function harvestFully(deps: HarvestDeps, source: Source, signal: AbortSignal): Promise<void> {
  const request: HarvestRequest = {
    kind: 'full',
    metadataPrefix: source.metadata_prefix,
    setSpecs: source.set_specs,
    from: null,
    until: null,
    rate: null,
    concurrency: null,
    limit: null,
  };
  await runHarvest(deps, source, request, () => {}, signal);
}

async function bringUpToDate(deps: HarvestDeps, source: Source, signal: AbortSignal): Promise<void> {
  const options = {
    metadataPrefix: source.metadata_prefix,
    setSpecs: source.set_specs,
    overlapSeconds: null,
    rate: null,
    concurrency: null,
    membership: 'due',
    confirm: false,
  } as const;
  await syncSource(deps, source, options, () => {}, signal);
}

async function untilRun(db: Db, sourceId: number, after: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && ((await listRuns(db, sourceId, 1))[0]?.id ?? 0) <= after)
    await sleep(100, undefined, { signal }).catch(() => {});
}

async function logged(work: Promise<void>, log: Logger, signal: AbortSignal): Promise<void> {
  try {
    await work;
    log.info('scheduled work done');
  } catch (error) {
    if (error instanceof RunEndedError) log.info({ why: error.message }, 'scheduled work given up');
    else if (!signal.aborted) log.error({ err: error }, 'scheduled work stands still');
  }
}
