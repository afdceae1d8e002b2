import { afterEach, expect, it, vi } from 'vitest';
import { openHarness, simulate } from '../harness.ts';

afterEach(() => void vi.useRealTimers());

const day = 86_400_000;

it.each([
  ['a day ahead', day],
  ['a day behind', -day],
])('a harvester whose clock is %s walks a window again when the database says so', { timeout: 60_000 }, async (_, skewMs) => {
  await using harness = await openHarness();
  const answers503 = { fault: 'http-503', at: { page: 5 } } as const;
  // Its clock is the true one: it was started before.
  await using sim = await simulate({ seed: 12, size: 200, pageSize: 20 }, { faults: [answers503] });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + skewMs });
  const { state, totals } = await harness.harvest(sim.url);
  expect(state).toBe('complete');
  expect(totals).toMatchObject({ restarts: 1, stored: 200, indexed: 200 });
  expect(await harness.stored()).toEqual(sim.ledger());
});
