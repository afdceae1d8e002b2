import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { reach } from './commands.ts';
import type { DisturbanceKind } from './disturbance.ts';
import { replayChanges } from './follower.ts';
import { type Plan, type PlanOptions, planRun, worldOf } from './plan.ts';
import { reportLine } from './report.ts';
import { runPlan, type RunReport } from './run.ts';
import { type ChaosServerOptions, type ChaosServers, startChaosServers } from './servers.ts';
import { endServices, openWorld, type World } from './world.ts';

export interface SuiteOptions extends ChaosServerOptions {
  /** One run each, in this order. Neighbours of the same ten share services. */
  readonly seeds: readonly number[];
  /** No run begins after this many minutes. */
  readonly minutes: number;
  readonly only: readonly DisturbanceKind[] | undefined;
}

/** Carries out runs one after the other, on one set of servers that belongs to them alone. */
export async function runSuite(options: SuiteOptions): Promise<RunReport[]> {
  const { seeds, minutes, only, log, signal } = options;
  await using servers = await startChaosServers(options);
  if (servers.disk === null) log('no small disk can be mounted here: PostgreSQL is not filled up');
  const choice: PlanOptions = { without: servers.disk === null ? ['postgres-full'] : [], ...(only === undefined ? {} : { only }) };
  const plans = seeds.map((seed) => planRun(seed, choice));
  const end = Date.now() + minutes * 60_000;
  const reports: RunReport[] = [];
  try {
    while (reports.length < plans.length && !signal.aborted && Date.now() < end)
      await runWorld(options, servers, plans.slice(reports.length), end, reports);
  } catch (error) {
    // What was done until Ctrl-C is reported.
    if (!signal.aborted) throw error;
  }
  return reports;
}

/**
 * The first of these runs that share a world, up to the first in which something was violated: what that left behind
 * would disturb the next ones. The logs of such a world's processes stay.
 */
async function runWorld(
  { home, log, signal }: SuiteOptions,
  servers: ChaosServers,
  plans: readonly Plan[],
  end: number,
  reports: RunReport[],
): Promise<void> {
  const first = plans[0]!;
  const folder = join(home, `from-seed-${first.seed}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await using world = await openWorld(first.services, servers, folder, signal);
  for (const plan of plans) {
    if (worldOf(plan.seed) !== worldOf(first.seed) || signal.aborted || Date.now() > end) break;
    const report = await runPlan(plan, world, signal);
    reports.push(report);
    log(reportLine(report));
    for (const violation of report.violations) log(`  ! ${violation}`);
    if (report.violations.length > 0) return;
  }
  const last = reports.at(-1);
  if (last === undefined || signal.aborted) return;
  const violations = await endWorld(world, signal);
  for (const violation of violations) log(`  ! at the end: ${violation}`);
  if (violations.length === 0) rmSync(folder, { recursive: true });
  reports.splice(-1, 1, { ...last, violations });
}

/** What is looked at once for all runs of a world: what costs a process, or grows with every run. */
async function endWorld(world: World, signal: AbortSignal): Promise<string[]> {
  try {
    await reach(world, 'check', ['check'], null, signal);
    const [followed, replayed] = [await world.follower.catchUp(), await replayChanges(world.apiUrl)];
    if (asText(followed) !== asText(replayed)) world.violated('/api/changes from the start gives another state than following it');
    await endServices(world);
  } catch (error) {
    signal.throwIfAborted();
    world.violated(`the end could not be checked: ${(error as Error).stack}`);
  }
  return world.violations.splice(0);
}

function asText(state: Awaited<ReturnType<typeof replayChanges>>): string {
  const lines = [...state].flatMap(([source, records]) =>
    [...records].map(([id, communities]) => `${source} ${id} ${[...communities].toSorted().join()}`),
  );
  return lines.toSorted().join('\n');
}
