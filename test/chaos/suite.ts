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
  /** Seeds of the runs: `seed`, `seed + 1` and so on. */
  readonly seed: number;
  readonly runs: number;
  /** No run begins after this many minutes. */
  readonly minutes: number;
  readonly only: readonly DisturbanceKind[] | undefined;
}

/** Carries out runs one after the other, on one set of servers that belongs to them alone. */
export async function runSuite(options: SuiteOptions): Promise<RunReport[]> {
  const { seed, runs, minutes, only, log, signal } = options;
  await using servers = await startChaosServers(options);
  if (servers.disk === null) log('no small disk can be mounted here: PostgreSQL is not filled up');
  const choice: PlanOptions = { without: servers.disk === null ? ['postgres-full'] : [], ...(only === undefined ? {} : { only }) };
  const plans = Array.from({ length: runs }, (_, n) => planRun(seed + n, choice));
  const end = Date.now() + minutes * 60_000;
  const reports: RunReport[] = [];
  for (const group of Map.groupBy(plans, (plan) => worldOf(plan.seed)).values()) {
    if (signal.aborted || Date.now() > end) break;
    reports.push(...(await runWorld(options, servers, group, end)));
  }
  return reports;
}

/** Runs in one world. The logs of its processes stay if something was violated. */
async function runWorld({ home, log, signal }: SuiteOptions, servers: ChaosServers, plans: readonly Plan[], end: number) {
  const folder = join(home, `world-${worldOf(plans[0]!.seed)}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const reports: RunReport[] = [];
  const add = (report: RunReport): void => {
    reports.push(report);
    log(reportLine(report));
    for (const violation of report.violations) log(`  ! ${violation}`);
  };
  {
    await using world = await openWorld(plans[0]!.services, servers, folder, signal);
    for (const plan of plans) if (!signal.aborted && Date.now() < end) add(await runPlan(plan, world, signal));
    await endWorld(world, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      world.violated(`the end could not be checked: ${(error as Error).stack}`);
    });
    const last = reports.at(-1);
    const violations = world.violations.splice(0);
    if (last !== undefined && violations.length > 0) {
      reports.pop();
      add({ ...last, violations: [...last.violations, ...violations] });
    }
  }
  if (reports.every((report) => report.violations.length === 0)) rmSync(folder, { recursive: true });
  return reports;
}

/** What is looked at once for all runs of a world: what costs a process, or grows with every run. */
async function endWorld(world: World, signal: AbortSignal): Promise<void> {
  await reach(world, 'check', ['check'], null, signal);
  const [followed, replayed] = [await world.follower.catchUp(), await replayChanges(world.apiUrl)];
  if (asText(followed) !== asText(replayed)) world.violated('/api/changes from the start gives another state than following it');
  await endServices(world);
}

function asText(state: Awaited<ReturnType<typeof replayChanges>>): string {
  const lines = [...state].flatMap(([source, records]) =>
    [...records].map(([id, communities]) => `${source} ${id} ${[...communities].toSorted().join()}`),
  );
  return lines.toSorted().join('\n');
}
