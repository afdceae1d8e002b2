import { setTimeout as sleep } from 'node:timers/promises';
import { openResources, resolveSource, startHarvester, startTransformer } from '@thresher/pipeline';
import {
  askForRun,
  cancelRun,
  findRun,
  findRunningRun,
  listAskedRuns,
  listRuns,
  listWindows,
  pauseSource,
  resumeSource,
  saveSource,
} from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { createWholeDatabase, log, openHarness, simulate } from '../harness.ts';
import { thresher } from '../ledger/thresher.ts';

async function until(fact: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await fact())) await sleep(50);
}

describe('a source that a person has paused', { timeout: 120_000 }, () => {
  it.each([
    ['with a rate', { rate: 1_200, concurrency: 2 }],
    ['without a rate', { concurrency: 2 }],
  ])('gets no request, and afterwards its lists go on where they were, %s', async (_, request) => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 9, size: 600, pageSize: 10 }, { latencyMs: { min: 20, max: 30 } });
    const source = await resolveSource(harness.db, sim.url, undefined);
    const harvest = harness.harvest(sim.url, request);
    const requests = (): number => sim.server.sim.log.counts().requests;
    await until(() => requests() >= 8);
    expect(await pauseSource(harness.db, source.id)).toBe(true);
    const sent = requests();
    await sleep(1_500);
    // What was under way, of two lists.
    expect(requests()).toBeLessThanOrEqual(sent + 2);
    expect(await findRunningRun(harness.db, source.id)).toBeDefined();
    expect(await resumeSource(harness.db, source.id)).toBe(true);
    const { state, totals, run } = await harvest;
    expect({ state, received: totals.received, restarts: totals.restarts }).toEqual({ state: 'complete', received: 600, restarts: 0 });
    const begun = (await listWindows(harness.db, run.id)).filter((window) => window.state === 'complete');
    expect(begun.every((window) => window.attempt === 1)).toBe(true);
    expect((await harness.stored()).size).toBe(600);
  });

  it('begins the list again if its token has expired meanwhile, and loses nothing', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 9, size: 300, pageSize: 10, tokenLifeMs: 4_000 }, { latencyMs: { min: 20, max: 30 } });
    const source = await resolveSource(harness.db, sim.url, undefined);
    const harvest = harness.harvest(sim.url, { rate: 1_200, concurrency: 1 });
    await until(() => sim.server.sim.log.counts().requests >= 5);
    await pauseSource(harness.db, source.id);
    await sleep(5_000);
    await resumeSource(harness.db, source.id);
    expect(await harvest).toMatchObject({ state: 'complete', totals: { distinctReceived: 300, restarts: 1 } });
    expect((await harness.stored()).size).toBe(300);
  });

  it('is harvested by no command before the pause ends', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL']);
    await using sim = await simulate({ seed: 2, size: 30 });
    const { db } = database;
    const source = await saveSource(db, { name: 'sim', base_url: sim.url, metadata_prefix: 'oai_datacite' });
    const at = { databaseUrl: database.url };
    expect(await thresher(at, 'source', 'pause', 'sim')).toMatchObject({ code: 0 });
    for (const argv of [['harvest'], ['harvest', '--detach'], ['sync'], ['enrich']]) {
      const [verb, ...flags] = argv as [string, ...string[]];
      expect(await thresher(at, verb, 'sim', ...flags)).toMatchObject({
        code: 2,
        err: expect.stringContaining('thresher source resume sim') as string,
      });
    }
    expect(sim.server.sim.log.counts().requests).toBe(0);
    expect(await thresher(at, 'source', 'resume', 'sim')).toMatchObject({ code: 0 });
    expect(await thresher(at, 'harvest', 'sim')).toMatchObject({ code: 0 });
    expect((await listRuns(db, source.id, 2)).map((run) => run.state)).toEqual(['complete']);
  });
});

it('a run that a person cancels ends, and the process that walked it leaves it', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 9, size: 3_000, pageSize: 10 });
  const source = await resolveSource(harness.db, sim.url, undefined);
  const ended = harness.harvest(sim.url, { rate: 1_200, concurrency: 2 }).then(
    () => null,
    (error: unknown) => error,
  );
  await until(() => sim.server.sim.log.counts().requests >= 8);
  const run = (await findRunningRun(harness.db, source.id))!;
  expect([await cancelRun(harness.db, run.id), await cancelRun(harness.db, run.id)]).toEqual([true, false]);
  expect(await ended).toMatchObject({ name: 'RunEndedError' });
  expect(await findRun(harness.db, run.id)).toMatchObject({ state: 'cancelled', failure: 'cancelled by a person' });
});

it('a run that was asked for is begun by the harvester, once', { timeout: 120_000 }, async () => {
  await using database = await createWholeDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  await using sim = await simulate({ seed: 41, size: 100, pageSize: 20 });
  const source = await saveSource(db, { name: 'sim', base_url: sim.url, metadata_prefix: 'oai_datacite' });
  await askForRun(db, source.id, 'full');
  await askForRun(db, source.id, 'full');
  expect(await listAskedRuns(db)).toMatchObject([{ sourceId: source.id, kind: 'full' }]);
  const stop = new AbortController();
  await using resources = openResources({ DATABASE_URL: database.url }, log);
  const working = [startHarvester(resources, stop.signal), startTransformer(resources, 1, stop.signal)];
  try {
    await until(async () => (await listRuns(db, source.id, 2))[0]?.state === 'complete');
    expect(await listAskedRuns(db)).toEqual([]);
    expect(await listRuns(db, source.id, 9)).toHaveLength(1);
  } finally {
    stop.abort(new Error('the test is over'));
    await Promise.allSettled(working);
  }
});
