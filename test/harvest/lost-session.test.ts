import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';

it('goes on with its windows when the session that holds its leases is lost', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 9, size: 3_000 }, { latencyMs: { min: 20, max: 40 } });
  const harvest = harness.harvest(sim.url, { concurrency: 2 });
  while (sim.server.sim.log.counts().requests < 12) await sleep(20);
  const { rowCount } = await harness.db.pool.query(`
    select pg_terminate_backend(l.pid) from pg_locks l
    where l.locktype = 'advisory' and l.classid = 29829 and l.database = (select oid from pg_database where datname = current_database())`);
  expect(rowCount).toBe(1);
  const { state, totals } = await harvest;
  expect(state).toBe('complete');
  expect(await harness.stored()).toEqual(sim.ledger());
  // 61 for the list, and at most one list that had to be begun again.
  expect(totals.requests).toBeLessThan(61 + 61);
});
