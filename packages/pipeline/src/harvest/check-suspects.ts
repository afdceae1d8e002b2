import { parseIdentify, readReply, type OaiClient } from '@thresher/oai';
import {
  addRequests,
  clearSuspects,
  confirmGone,
  createRun,
  findRunningRun,
  listSuspects,
  noteEvidence,
  holdsWindow,
  type Lease,
  leaseWindow,
  moveWindow,
  type Run,
  type Source,
  type Suspect,
  type Window,
} from '@thresher/store/harvest';
import { runEnded } from '../walk/walk-run.ts';
import { askRecord, type RecordAnswer } from '../presence/ask-record.ts';
import { openLeaseSession } from '../walk/lease-session.ts';
import { storeAnswers } from '../presence/membership.ts';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';
import { openSourceRateLimit } from './source-rate-limit.ts';
import { closeRun, type HarvestResult, OtherRunError } from './run-harvest.ts';
import type { HarvestDeps } from '../harvest-deps.ts';
import { type Progress, maintainRun, type RunMaintenance, waitUntilWindowsClose } from './run-maintenance.ts';
import { askSource, onlyIfBusy } from '../requests/ask-source.ts';

export interface SuspectCheckOptions {
  /** Which suspects to check: all, or also those that are held until a person decides. */
  readonly states: readonly ('suspect' | 'held')[];
  /** Maximum number of suspects to check. */
  readonly limit: number;
  /** Suspects that were checked since then are left out; null: none are. */
  readonly notCheckedSince: Date | null;
  readonly rate: number | null;
}

export interface CheckOutcome {
  readonly asked: number;
  /** The source no longer has them: now tombstones. */
  readonly confirmed: number;
  /** The source has them, and they were stored as they are now. */
  readonly cleared: number;
  /** It did not say. */
  readonly unclear: number;
  readonly run: HarvestResult | null;
}

/**
 * Checks the suspects of a source with one GetRecord each, within the rate limit of its host. If it does not have a record, that is the
 * second confirmation and the record becomes a tombstone; if it has the record, it is stored; 500 and no answer decide nothing. Transform
 * workers must be running.
 *
 * @throws OtherRunError while another run is active; HarvestStoppedError and HostBlockedError; the signal's reason.
 */
export async function checkSuspects(
  deps: HarvestDeps,
  source: Source,
  options: SuspectCheckOptions,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const suspects = await listSuspects(deps.db, source.id, {
    states: options.states,
    limit: options.limit,
    ...(options.notCheckedSince === null ? {} : { notCheckedSince: options.notCheckedSince }),
  });
  if (suspects.length === 0) return { asked: 0, confirmed: 0, cleared: 0, unclear: 0, run: null };
  await using identity = await openLeaseSession(deps.db, deps.log);
  const { run, lease } = await openCheck(deps, source, identity.owner);
  const hostRateLimit = await openSourceRateLimit(deps, source, options.rate);
  await using maintenance = maintainRun(deps, run, hostRateLimit, onProgress);
  const counts = { asked: suspects.length, confirmed: 0, cleared: 0, unclear: 0 };
  for (const suspect of suspects) counts[await checkOne({ deps, hostRateLimit, run, lease, signal }, suspect)]++;
  return { ...counts, run: await endCheck(deps, run, maintenance, lease, signal) };
}

/**
 * Ends a check that was interrupted; its suspects are checked the next time.
 *
 * @throws OtherRunError while another process works on it
 */
export async function endInterruptedCheck(deps: HarvestDeps, run: Run, signal: AbortSignal): Promise<HarvestResult> {
  await using identity = await openLeaseSession(deps.db, deps.log);
  await using maintenance = maintainRun(deps, run, { perMinute: () => null }, () => {});
  return await endCheck(deps, run, maintenance, await leaseCheck(deps, run, identity.owner), signal);
}

async function endCheck(
  deps: HarvestDeps,
  run: Run,
  maintenance: RunMaintenance,
  lease: Window,
  signal: AbortSignal,
): Promise<HarvestResult> {
  if (!(await moveWindow(deps.db, lease.id, 'walking', 'walked', { declared: 0 }, lease))) throw runEnded(run.id);
  await waitUntilWindowsClose(deps, run, maintenance, false, signal);
  return await closeRun(deps, run, null, [], signal);
}

/** A check walks no list, but has a window: the process that leases it sends the requests. */
async function leaseCheck({ db }: HarvestDeps, run: Run, owner: number): Promise<Window> {
  const window = await leaseWindow(db, run.id, owner);
  if (window === undefined) throw new OtherRunError(`run ${run.id}: another process checks suspects now`);
  return window;
}

async function openCheck(deps: HarvestDeps, source: Source, owner: number): Promise<{ readonly run: Run; readonly lease: Window }> {
  const run = await findOrMakeCheck(deps, source);
  return { run, lease: await leaseCheck(deps, run, owner) };
}

async function findOrMakeCheck(deps: HarvestDeps, source: Source): Promise<Run> {
  const running = await findRunningRun(deps.db, source.id);
  if (running?.kind === 'check') return running;
  if (running !== undefined)
    throw new OtherRunError(
      `run ${running.id} of ${source.name} (${running.kind}) is not finished: finish it first by the command it was started with`,
    );
  return createRun(
    deps.db,
    {
      source_id: source.id,
      kind: 'check',
      metadata_prefix: source.metadata_prefix,
      set_specs: [],
      from_datestamp: null,
      until_datestamp: null,
      options: {},
    },
    [{ set_spec: null, from_datestamp: null, until_datestamp: null }],
  );
}

interface SuspectCheckContext {
  readonly deps: HarvestDeps;
  readonly hostRateLimit: HostRateLimit;
  readonly run: Run;
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

async function checkOne(
  context: SuspectCheckContext,
  { source_id, oai_identifier }: Suspect,
): Promise<'confirmed' | 'cleared' | 'unclear'> {
  const { deps, run } = context;
  if (!(await addRequests(deps.db, run.id, 1))) throw runEnded(run.id);
  const answer = await believed(
    context,
    await askRecord(deps.client, context.hostRateLimit, oai_identifier, run.metadata_prefix, context.signal),
  );
  // A late answer may be out of date: the process that has taken over the check asks again.
  if (!(await holdsWindow(deps.db, context.lease))) throw runEnded(run.id);
  if (answer.kind === 'unclear') {
    await noteEvidence(deps.db, source_id, oai_identifier, { witness: 'GetRecord', says: answer.says });
    return 'unclear';
  }
  if (answer.kind === 'there' && !answer.header.deleted) {
    await storeAnswers(deps, run, null, [answer]);
    await clearSuspects(deps.db, source_id, [oai_identifier], { witness: 'GetRecord', run: run.id, says: 'the source has it' });
    return 'cleared';
  }
  const says = answer.kind === 'there' ? 'the source announces it as deleted' : `the source answers ${answer.says}`;
  await confirmGone(deps.db, source_id, [oai_identifier], says, { witness: 'GetRecord', run: run.id, says });
  return 'confirmed';
}

/** A bare 404 counts only from an endpoint that is alive: otherwise the endpoint itself may be gone. */
async function believed({ deps, hostRateLimit, signal }: SuspectCheckContext, answer: RecordAnswer): Promise<RecordAnswer> {
  if (answer.kind !== 'gone' || !answer.byStatusOnly) return answer;
  return (await isAlive(deps.client, hostRateLimit, signal)) ? answer : { kind: 'unclear', says: `${answer.says}, and Identify fails too` };
}

async function isAlive(client: OaiClient, hostRateLimit: HostRateLimit, signal: AbortSignal): Promise<boolean> {
  try {
    readReply(await askSource(hostRateLimit, () => client.request({ verb: 'Identify' }, signal), signal, onlyIfBusy), parseIdentify);
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
