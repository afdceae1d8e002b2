import type { Disturbed } from './commands.ts';
import { disturb } from './disturb.ts';
import { type Disturbance, describeDisturbance } from './disturbance.ts';
import { until } from './until.ts';
import type { Trial } from './trial.ts';

/** The disturbances of a step, each waiting for its moment; one at a time. */
export interface Schedule extends Disturbed {
  /** Lets none begin any more, and waits for the one that is under way. */
  finish(): Promise<void>;
  /** What happened, for the report. */
  readonly happened: readonly string[];
}

/** A moment that never comes, because the step needed less, is left out. */
const NEVER_MS = 24 * 3_600_000;

export function startSchedule(trial: Trial, disturbances: readonly Disturbance[]): Schedule {
  const start = trial.facts.now();
  const stop = new AbortController();
  const both = AbortSignal.any([stop.signal, trial.signal]);
  const happened: string[] = [];
  let begun = 0;
  let active = 0;
  let before: Promise<void> = Promise.resolve();
  const act = async (one: Disturbance): Promise<void> => {
    if (both.aborted) return;
    begun++;
    active++;
    try {
      const hit = await disturb(trial, one.kind, one.choice);
      happened.push(hit === '' ? describeDisturbance(one) : `${describeDisturbance(one)}(${hit})`);
    } catch (error) {
      // As where a command of the suite itself meets a server that an earlier disturbance took away.
      happened.push(`${describeDisturbance(one)}(failed: ${(error as Error).message.slice(0, 80)})`);
    } finally {
      active--;
    }
  };
  const tasks = disturbances.map(async (one) => {
    try {
      await until(() => trial.facts.now()[one.fact] - start[one.fact] >= one.count, NEVER_MS, both);
    } catch {
      return;
    }
    const turn = before.then(() => act(one));
    before = turn;
    await turn;
  });
  return {
    begun: () => begun,
    active: () => active > 0,
    happened,
    async finish() {
      stop.abort();
      await Promise.all(tasks);
    },
  };
}
