import { checkSource } from '@thresher/pipeline';
import { compareFollowed } from './follower.ts';
import type { Plan, Step } from './plan.ts';
import { sizeOfLog } from './processes.ts';
import { startSchedule } from './schedule.ts';
import { work } from './steps.ts';
import { openTrial, type Trial } from './trial.ts';
import { until } from './until.ts';
import { compareRuns, compareWithLedger, type StoredSource } from './verify.ts';
import type { Slot, World } from './world.ts';

/** What came of a run. */
export interface RunReport {
  readonly plan: Plan;
  readonly happened: readonly string[];
  /** Requests to the repository, and reads of the API. */
  readonly requests: number;
  readonly reads: number;
  readonly seconds: number;
  readonly violations: readonly string[];
}

/** Carries out a plan in a world. */
export async function runPlan(plan: Plan, world: World, signal: AbortSignal): Promise<RunReport> {
  const started = Date.now();
  const reads = world.follower.requests();
  const logs = new Map(world.slots.map((slot) => [slot, sizeOfLog(slot.logFile)]));
  const happened: string[] = [];
  await using trial = await openTrial(plan, world, signal);
  try {
    for (const [number, step] of plan.steps.entries()) happened.push(...(await disturbedStep(trial, step, number)));
    await checkTrial(trial);
  } catch (error) {
    signal.throwIfAborted();
    world.violated(`the run could not be finished: ${(error as Error).stack}`);
  }
  const { requests, repeatedTokens } = trial.sim.sim.log.counts();
  if (plan.repository.tokens === 'scroll' && repeatedTokens > 0) world.violated(`${repeatedTokens} tokens were sent twice`);
  for (const [slot, before] of logs) checkLog(world, slot, before);
  const violations = world.violations.splice(0);
  const seconds = (Date.now() - started) / 1_000;
  return { plan, happened, requests, reads: world.follower.requests() - reads, seconds, violations };
}

const storedIn = (trial: Trial): StoredSource => ({
  db: trial.world.database.db,
  search: trial.world.search,
  sourceId: trial.source.id,
  ledger: trial.ledger(),
});

/** Returns what happened to the step. */
async function disturbedStep(trial: Trial, step: Step, number: number): Promise<readonly string[]> {
  const schedule = startSchedule(trial, step.disturbances);
  await work(trial, step, number, schedule);
  if (!schedule.active()) {
    const begun = schedule.begun();
    // What a command, or the end of a run, says has to be true at once.
    const wrong = await compareWithLedger(storedIn(trial)).catch((error: unknown) => [String(error)]);
    if (wrong.length > 0 && schedule.begun() === begun)
      trial.world.violated(`at the end of step ${number} ${step.name}: ${wrong.join('; ')}`);
  }
  await schedule.finish();
  await becomeQuiet(trial, step);
  return schedule.happened;
}

const QUIET_MS = 300_000;

async function becomeQuiet(trial: Trial, step: Step): Promise<void> {
  let last: readonly string[] = [];
  const isQuiet = async (): Promise<boolean> => {
    last = ['a server does not answer'];
    last = [...(await compareWithLedger(storedIn(trial))), ...(await compareRuns(trial.world.database.db, trial.source.id))];
    return last.length === 0;
  };
  await until(isQuiet, QUIET_MS, trial.signal).catch(() => {
    trial.signal.throwIfAborted();
    trial.world.violated(`still ${QUIET_MS / 1_000} s after step ${step.name}: ${last.join('; ')}`);
  });
}

async function checkTrial(trial: Trial): Promise<void> {
  const { world, source, signal } = trial;
  const { faults } = await checkSource(world.database.db, { client: world.search, alias: 'thresher-records' }, source, signal);
  for (const { sentence } of faults) world.violated(`check: ${sentence}`);
  let followed = new Map<string, Set<string>>();
  await until(async () => {
    followed = (await world.follower.catchUp()).get(source.name) ?? followed;
    return true;
  });
  for (const sentence of compareFollowed(followed, trial.ledger())) world.violated(`a client that follows /api/changes was ${sentence}`);
  for (const sentence of world.follower.complaints()) world.violated(sentence);
}

/** What a service may write in a run that takes seconds. */
const MOST_LINES = 80;
const MOST_BYTES = 60_000;

function checkLog({ violated }: World, { name, logFile }: Slot, before: { readonly lines: number; readonly bytes: number }): void {
  const now = sizeOfLog(logFile);
  const [lines, bytes] = [now.lines - before.lines, now.bytes - before.bytes];
  if (lines > MOST_LINES || bytes > MOST_BYTES) violated(`${name} wrote ${lines} lines, ${bytes} bytes in one run`);
}
