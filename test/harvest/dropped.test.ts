import { setTimeout as sleep } from 'node:timers/promises';
import { requestOfRun, resolveSource, RunEndedError } from '@thresher/pipeline';
import { changeSettings, dropRun, findRunningRun, finishRun, listRuns, removeUnusedSource, saveSource } from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { openHarness, simulate, createWholeDatabase } from '../harness.ts';
import { thresher } from '../ledger/thresher.ts';
import { plantRun } from './plant-run.ts';

describe('a run that was dropped', { timeout: 120_000 }, () => {
  it('is not begun again by the process that meant to go on with it, and nothing is asked for it', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 9, size: 60 });
    const run = await plantRun(harness.db, sim.url);
    await dropRun(harness.db, run.id);
    await expect(harness.harvest(sim.url, requestOfRun(run))).rejects.toThrow(RunEndedError);
    expect(await listRuns(harness.db, run.source_id, 10)).toHaveLength(1);
    expect(sim.server.sim.log.counts().requests).toBe(0);
  });

  it('stops where it is walked, and lets the next one have the whole rate', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 9, size: 3_000, pageSize: 10 });
    const source = await resolveSource(harness.db, sim.url, undefined);
    const harvest = harness.harvest(sim.url, { rate: 1_200, concurrency: 2 });
    const ended = harvest.then(
      () => null,
      (error: unknown) => error,
    );
    while (sim.server.sim.log.counts().requests < 8) await sleep(20);
    const run = (await findRunningRun(harness.db, source.id))!;
    await dropRun(harness.db, run.id);
    const sent = sim.server.sim.log.counts().requests;
    expect(await ended).toEqual(expect.objectContaining({ name: 'RunEndedError', message: `run ${run.id} was ended by another command` }));
    // What was under way, of two lists.
    expect(sim.server.sim.log.counts().requests).toBeLessThanOrEqual(sent + 2);
  });
});

it('a run that another process has ended is reported as it ended', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 9, size: 3_000, pageSize: 10 });
  const source = await resolveSource(harness.db, sim.url, undefined);
  const harvest = harness.harvest(sim.url, { rate: 1_200 });
  while (sim.server.sim.log.counts().requests < 4) await sleep(20);
  await finishRun(harness.db, (await findRunningRun(harness.db, source.id))!.id, 'incomplete', 'one window came short');
  expect(await harvest).toMatchObject({ state: 'incomplete', failure: 'one window came short' });
});

describe('a harvest that is refused for good', { timeout: 120_000 }, () => {
  it('fails with its reason and is not in the way of the next, of a source that was added', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL']);
    await using sim = await simulate({ seed: 2, size: 30 });
    const { db } = database;
    const source = await saveSource(db, { name: 'added', base_url: sim.url, metadata_prefix: 'oai_datacite' });
    expect(await thresher({ databaseUrl: database.url }, 'harvest', 'added', '-p', 'oai_marc')).toMatchObject({ code: 1 });
    expect(await listRuns(db, source.id, 10)).toMatchObject([
      { state: 'failed', failure: expect.stringContaining('metadataPrefix') as string },
    ]);
    expect(await thresher({ databaseUrl: database.url }, 'harvest', 'added')).toMatchObject({ code: 0 });
    expect(await thresher({ databaseUrl: database.url }, 'harvest', 'added', '-p', 'oai_marc')).toMatchObject({ code: 1 });
    // The failed run is not taken for what `--only-short` mends, nor for a place to continue from.
    expect((await thresher({ databaseUrl: database.url }, 'harvest', 'added', '--only-short')).err).toContain('nothing of the last run');
    expect(await thresher({ databaseUrl: database.url }, 'harvest', 'added', '--incremental')).toMatchObject({ code: 0 });
  });

  it('leaves no source behind that was made for it', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL']);
    await using sim = await simulate({ seed: 2, size: 30 });
    for (const argv of [
      ['harvest', sim.url, '-p', 'oai_marc'],
      ['harvest', new URL('/nothing-here', sim.url).href],
      ['harvest', new URL('/nothing-here', sim.url).href, '--detach'],
    ])
      expect(await thresher({ databaseUrl: database.url }, ...argv)).toMatchObject({ code: 1 });
    expect(await database.db.selectFrom('harvest.source').select('name').execute()).toEqual([]);
    expect(await thresher({ databaseUrl: database.url }, 'harvest', sim.url, '-p', 'oai_dc')).toMatchObject({ code: 0 });
    expect(await database.db.selectFrom('harvest.source').select('metadata_prefix').execute()).toEqual([{ metadata_prefix: 'oai_dc' }]);
  });

  it('is gone on with where pages have come', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL']);
    const faults = [{ fault: 'http-403', at: { page: 2 } }] as const;
    await using sim = await simulate({ seed: 2, size: 120 }, { faults });
    expect(await thresher({ databaseUrl: database.url }, 'harvest', sim.url)).toMatchObject({ code: 1 });
    const { rows } = await database.db.pool.query('select state from harvest.run');
    expect(rows).toEqual([{ state: 'running' }]);
    const { id } = await resolveSource(database.db, sim.url, undefined);
    expect(await removeUnusedSource(database.db, id)).toBe(false);
  });
});

it('settings are changed one by one, so that nobody’s change is lost', async () => {
  await using database = await createWholeDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  const schedules = { full: { cron: '0 3 * * *', timeZone: 'UTC' } };
  const endpoint = { name: 's', base_url: 'http://127.0.0.1/oai', metadata_prefix: 'oai_dc' };
  const { id } = await saveSource(db, { ...endpoint, set_specs: ['a'], settings: { ratePerMinute: 30 } });
  await Promise.all([changeSettings(db, id, { schedules }), changeSettings(db, id, { selective: false })]);
  // As `npm start` does each time.
  expect(await saveSource(db, endpoint)).toMatchObject({ set_specs: ['a'], settings: { ratePerMinute: 30, schedules, selective: false } });
  expect((await saveSource(db, { ...endpoint, settings: { ratePerMinute: null } })).settings).toEqual({ schedules, selective: false });
});
