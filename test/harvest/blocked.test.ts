import { openResources, startHarvester } from '@thresher/pipeline';
import { readRateLimit, suspectRecords } from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { log, openHarness, simulate } from '../harness.ts';
import { thresher } from '../ledger/thresher.ts';

/** Every request is refused. */
const banned = [
  { fault: 'http-403', rate: 1, at: { verb: 'Identify' } },
  { fault: 'http-403', rate: 1 },
] as const;

/** Waits on a fact in the database, until the test's time is over. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('a host that refuses this client', { timeout: 300_000 }, () => {
  it('gets one request of a harvester process, however often that looks at the run; status says why', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 9, size: 10 });
    expect((await thresher(harness, 'harvest', sim.url, '--detach')).code).toBe(0);
    const { requests: before } = sim.server.sim.log.counts();
    sim.server.sim.faults.add([...banned]);
    const { host } = new URL(sim.url);
    const isBlocked = async () => (await readRateLimit(harness.db, host)).block !== null;
    const openedAt = async () =>
      (
        await harness.db.selectFrom('harvest.host_rate_limit').select('updated_at').where('host', '=', host).executeTakeFirstOrThrow()
      ).updated_at.getTime();
    const processUntil = async (holds: () => Promise<boolean>): Promise<void> => {
      const stop = new AbortController();
      await using resources = openResources({ DATABASE_URL: harness.databaseUrl }, log);
      const harvester = startHarvester(resources, stop.signal);
      await until(holds);
      stop.abort();
      await harvester;
    };
    await processUntil(isBlocked);
    expect(sim.server.sim.log.counts().requests - before).toBe(1);
    // As after a restart: the run is begun with, and nothing is sent.
    for (let n = 0; n < 2; n++) {
      const last = await openedAt();
      await processUntil(async () => (await openedAt()) > last);
    }
    expect(sim.server.sim.log.counts().requests - before).toBe(1);
    expect((await thresher(harness, 'status')).out).toMatch(
      /HTTP 403: it refuses this client; no request is sent to 127\.0\.0\.1:\d+ before 2\d{3}-/,
    );
    // A person may try again: one request more, and the block lasts longer.
    expect((await thresher(harness, 'harvest', sim.url)).code).toBe(1);
    expect(sim.server.sim.log.counts().requests - before).toBe(2);
    const { block } = await readRateLimit(harness.db, host);
    expect(block!.until.getTime() - Date.now()).toBeGreaterThan(30 * 60_000);
    // The ban is over, and the command of a person lifts the block for all.
    sim.server.sim.faults.clear();
    expect((await thresher(harness, 'harvest', sim.url)).code).toBe(0);
    expect(await isBlocked()).toBe(false);
  });

  it.each(['ListSets', 'GetRecord'] as const)('is blocked by a refusal of %s too', async (verb) => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 9, size: 10 });
    const { host } = new URL(sim.url);
    if (verb === 'ListSets') {
      sim.server.sim.faults.add([{ fault: 'http-403', rate: 1, at: { verb } }]);
      await thresher(harness, 'harvest', sim.url, '--set', 'user-nowhere');
    } else {
      await harness.harvest(sim.url);
      const { source } = await harness.deps(sim.url);
      await suspectRecords(harness.db, { id: null, source_id: source.id }, [[...sim.ledger().keys()][0]!], { witness: 'test', says: 'x' });
      sim.server.sim.faults.add([{ fault: 'http-403', rate: 1, at: { verb } }]);
      await thresher(harness, 'check-suspects', sim.url);
    }
    expect((await readRateLimit(harness.db, host)).block).toMatchObject({ reason: expect.stringContaining('HTTP 403') });
  });
});
