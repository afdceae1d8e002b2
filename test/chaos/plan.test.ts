import { describe, expect, it } from 'vitest';
import { DISTURBANCE_KINDS } from './disturbance.ts';
import { planRun, RUNS_PER_WORLD } from './plan.ts';

const plans = Array.from({ length: 400 }, (_, seed) => planRun(seed));
const kindsIn = (all: readonly (typeof plans)[number][]): Set<string> =>
  new Set(all.flatMap((plan) => plan.steps.flatMap((step) => step.disturbances.map(({ kind }) => kind))));

describe('the plan of a seed', () => {
  it('is the same each time', () => {
    expect(planRun(7)).toEqual(planRun(7));
    expect(planRun(7)).not.toEqual(planRun(8));
  });

  it('begins with a harvest that something disturbs', () => {
    for (const { steps } of plans) {
      expect(steps[0]!.name).toBe('harvest');
      expect(steps[0]!.disturbances.length).toBeGreaterThan(0);
    }
  });

  it('stays small: 200 to 500 records, three steps, three disturbances a step', () => {
    for (const { repository, steps } of plans) {
      expect(repository.size).toBeGreaterThanOrEqual(200);
      expect(repository.size).toBeLessThan(500);
      expect(steps.length).toBeLessThanOrEqual(3);
      for (const { disturbances } of steps) expect(disturbances.length).toBeLessThanOrEqual(3);
    }
  });

  it('meets every kind of disturbance, every step and every kind of repository within 400 seeds', () => {
    expect([...kindsIn(plans)].toSorted()).toEqual([...DISTURBANCE_KINDS].toSorted());
    const seen = (of: (plan: (typeof plans)[number]) => string | readonly string[]) => new Set(plans.flatMap(of));
    expect(seen(({ steps }) => steps.map(({ name }) => name))).toHaveLength(6);
    expect(seen(({ repository: { tokens, deletedRecord } }) => `${tokens} ${deletedRecord}`)).toHaveLength(4);
    expect(seen(({ services: { queue } }) => queue)).toHaveLength(2);
  });

  it('disturbs Redis only where the queue lives there, and keeps to the kinds asked for', () => {
    const withoutRedis = plans.filter((plan) => plan.services.queue === 'postgres');
    expect([...kindsIn(withoutRedis)].filter((kind) => kind.startsWith('redis'))).toEqual([]);
    const only = plans.map(({ seed }) => planRun(seed, { only: ['process-kill', 'postgres-full'], without: ['postgres-full'] }));
    expect([...kindsIn(only)]).toEqual(['process-kill']);
  });

  it('shares its services with the seeds next to it', () => {
    expect(planRun(0).services).toEqual(planRun(RUNS_PER_WORLD - 1).services);
  });
});
