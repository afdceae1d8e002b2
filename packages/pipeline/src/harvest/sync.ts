import type { Db } from '@thresher/store/database';
import { countMembers, findRunningRun, listSuspects, membersListedAt, type Run, type Source } from '@thresher/store/harvest';
import { type CheckOutcome, checkSuspects, endInterruptedCheck } from './check-suspects.ts';
import { incrementalRequest, type IncrementalOptions } from './incremental.ts';
import { type HarvestRequest, type HarvestResult, runHarvest } from './run-harvest.ts';
import { type SourceSettings, settingsOf } from '../sources/sources.ts';
import { requestOfRun } from './request-of-run.ts';
import type { HarvestDeps } from '../harvest-deps.ts';
import type { Progress } from './run-maintenance.ts';

export interface SyncOptions extends IncrementalOptions {
  /** Whether the members of sets are compared: if it is due, always, or never. */
  readonly membership: 'due' | 'always' | 'never';
  /** A person has confirmed that lists of members that look too short are right. */
  readonly confirm: boolean;
}

export interface SyncResult {
  /** The runs of the sync, in order. */
  readonly runs: readonly HarvestResult[];
  /** The result of the check of suspects; null if there were none, or too many. */
  readonly check: CheckOutcome | null;
}

/** Sets of at most this many members are compared every time: on Zenodo that is 20 requests. */
const smallSet = 1_000;
const largeSetEverySeconds = 7 * 86_400;

/**
 * Whether the members of a set are to be listed and compared now: of a small set every time, of a large one once a week,
 * or as often as the source's setting says.
 */
export function membershipIsDue(
  members: number,
  lastAt: Date | null,
  now: Date,
  settings: Pick<SourceSettings, 'membershipEverySeconds'>,
): boolean {
  const everySeconds = settings.membershipEverySeconds ?? (members <= smallSet ? 0 : largeSetEverySeconds);
  return lastAt === null || now.getTime() - lastAt.getTime() >= everySeconds * 1_000;
}

/**
 * Updates a source: what changed since the last complete run and, for sets, which records joined and left without
 * a change. Checks suspects if they are few. Transform workers must be running. An interrupted run is finished first.
 *
 * @throws NoCompleteRunError, and what runHarvest throws.
 */
export async function syncSource(
  deps: HarvestDeps,
  source: Source,
  options: SyncOptions,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<SyncResult> {
  const runs: HarvestResult[] = [];
  const harvest = async (request: HarvestRequest): Promise<HarvestResult> => {
    const result = await runHarvest(deps, source, request, onProgress, signal);
    runs.push(result);
    return result;
  };
  const unfinished = await ownUnfinishedRun(deps.db, source);
  if (unfinished?.kind === 'check') runs.push(await endInterruptedCheck(deps, unfinished, signal));
  else if (unfinished !== undefined) await harvest(requestOfRun(unfinished));
  await harvest(await incrementalRequest(deps.db, source, options));
  const sets = await setsToCompare(deps.db, source, options);
  if (sets.length > 0) {
    const { membership } = await harvest(membershipRequest(options, sets));
    const unharvested = membership?.unharvested ?? [];
    if (unharvested.length > 0) await harvest({ ...membershipRequest(options, unharvested), kind: 'full' });
  }
  return { runs, check: await checkFew(deps, source, options, onProgress, signal) };
}

/** A sync checks at most this many suspects, each once a day at most: Zenodo answers 500 to deleted records forever. */
const fewSuspects = 20;
const dayMs = 86_400_000;

async function checkFew(
  deps: HarvestDeps,
  source: Source,
  options: SyncOptions,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<CheckOutcome | null> {
  const notCheckedSince = new Date(Date.now() - dayMs);
  const due = await listSuspects(deps.db, source.id, { states: ['suspect'], limit: fewSuspects + 1, notCheckedSince });
  if (due.length === 0 || due.length > fewSuspects) return null;
  return checkSuspects(deps, source, { states: ['suspect'], limit: fewSuspects, notCheckedSince, rate: options.rate }, onProgress, signal);
}

/** A comparison of members, or a check of suspects, that was interrupted: no other command would continue it. */
async function ownUnfinishedRun(db: Db, source: Source): Promise<Run | undefined> {
  const running = await findRunningRun(db, source.id);
  return running?.kind === 'membership' || running?.kind === 'check' ? running : undefined;
}

async function setsToCompare(db: Db, source: Source, options: SyncOptions): Promise<string[]> {
  if (options.membership === 'never') return [];
  if (options.membership === 'always') return [...options.setSpecs];
  const due = async (setSpec: string) =>
    membershipIsDue(
      await countMembers(db, source.id, setSpec),
      await membersListedAt(db, source.id, setSpec),
      new Date(),
      settingsOf(source),
    );
  const verdicts = await Promise.all(options.setSpecs.map(due));
  return options.setSpecs.filter((_, i) => verdicts[i]);
}

function membershipRequest(options: SyncOptions, setSpecs: readonly string[]): HarvestRequest {
  const { metadataPrefix, rate, concurrency, confirm } = options;
  return { kind: 'membership', metadataPrefix, setSpecs, from: null, until: null, rate, concurrency, limit: null, confirm };
}
