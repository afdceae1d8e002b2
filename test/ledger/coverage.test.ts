import { exit } from '@thresher/cli';
import { planRepair } from '@thresher/pipeline';
import { addCoverage, listRuns, NotRepairableError, runTotals, type WindowCoverage, windowCoverage } from '@thresher/store/harvest';
import { expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';
import { thresher } from './thresher.ts';

const always = { at: {}, times: 100_000 } as const;

it('adds up what every window declared, brought and left behind', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate(
    { seed: 3, size: 500, pageSize: 10, deletedRecord: 'persistent' },
    { faults: [{ fault: 'control-character', at: { page: 3 } }] },
  );
  sim.repository.vanish({ fraction: 0.02 }, Date.parse('2026-08-31T00:00:00Z'));
  const { run: made, totals } = await harness.harvest(sim.url);
  const windows = await windowCoverage(harness.db, made.id);
  const sum = addCoverage(windows);
  expect(sum).toMatchObject({ declared: 500, received: 500, distinct: 500, quarantined: 1, stored: 499, short: 0 });
  expect(sum.indexed).toBe(sum.searchable);
  const gone = [...sim.repository.ledger()].filter((entry) => entry.deleted).length;
  expect(sum.stored! - sum.searchable!).toBe(gone);
  expect(sum).toMatchObject({
    declared: totals.declared,
    received: totals.received,
    distinct: totals.distinctReceived,
    stored: totals.stored,
    indexed: totals.indexed,
  });
  for (const window of windows) expect(window.stored).toBe(window.distinct - window.quarantined);
});

it('names short windows with their reason, and --only-short mends them', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 4, size: 600 }, { faults: [{ fault: 'size-wrong', ...always }] });
  const first = await harness.harvest(sim.url);
  expect(first.state).toBe('incomplete');

  const { code, out } = await thresher(harness, 'coverage', sim.url, '--short', '--json');
  expect(code).toBe(exit.done);
  const told = JSON.parse(out) as {
    run: number;
    state: string;
    totals: { short: number; declared: number; distinct: number };
    windows: WindowCoverage[];
  };
  expect(told).toMatchObject({ run: first.run.id, state: 'incomplete' });
  expect(told.windows).toHaveLength(first.totals.short);
  expect(told.windows.length).toBeGreaterThan(0);
  expect(told.totals.short).toBe(told.windows.reduce((sum, window) => sum + window.short, 0));
  expect(told.totals.declared - told.totals.distinct).toBe(told.totals.short);
  for (const window of told.windows)
    expect(window).toMatchObject({
      state: 'short',
      short: 7,
      failure: expect.stringMatching(/different records came of \d+ declared, in \d tries/),
    });
  const text = await thresher(harness, 'coverage', sim.url);
  expect(text.out).toMatch(/window +from +until +state/);
  expect(text.err).toContain('--only-short');

  const before = sim.server.sim.log.counts();
  const dry = await thresher(harness, 'harvest', sim.url, '--only-short', '--dry-run', '--json');
  expect(JSON.parse(dry.out)).toMatchObject({ run: first.run.id, windows: told.windows.length, declared: told.totals.declared });
  expect((await thresher(harness, 'harvest', sim.url, '--only-short', '--dry-run')).out).toContain('windows would be walked again');
  expect(sim.server.sim.log.counts().requests).toBe(before.requests);
  expect(await windowCoverage(harness.db, first.run.id).then((found) => found.filter(({ state }) => state === 'short'))).toHaveLength(
    told.windows.length,
  );
  sim.server.sim.faults.clear();
  const mended = await thresher(harness, 'harvest', sim.url, '--only-short');
  expect(mended.code).toBe(exit.done);
  const requests = sim.server.sim.log.counts();
  const whole = await windowCoverage(harness.db, first.run.id);
  expect(whole.every((window) => window.state === 'complete' && window.failure === null)).toBe(true);
  expect(addCoverage(whole)).toMatchObject({ declared: 600, distinct: 600, stored: 600, short: 0 });
  expect((await listRuns(harness.db, first.run.source_id, 10)).map(({ id, state }) => [id, state])).toEqual([[first.run.id, 'complete']]);
  expect((await runTotals(harness.db, first.run.id)).stored).toBe(600);
  // One list for each window that was short, none for those that were complete.
  expect(requests.requests - before.requests).toBeLessThan(600 / 50 + told.windows.length + 3);
  for (const flags of [[], ['--dry-run']])
    expect((await thresher(harness, 'harvest', sim.url, '--only-short', ...flags)).err).toContain('nothing of the last run');
});

it('walks a failed window again with all its tries', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 5, size: 120 }, {});
  const { run: made } = await harness.harvest(sim.url);
  await harness.db.updateTable('harvest.window').set({ state: 'failed', attempt: 12, failure: 'HTTP 502, in 12 tries' }).execute();
  await harness.db.updateTable('harvest.run').set({ state: 'incomplete' }).execute();
  const source = (await harness.deps(sim.url)).source;
  const repair = await planRepair(harness.db, source);
  expect(repair?.run.id).toBe(made.id);
  const planned = await harness.db.selectFrom('harvest.window').select(['state', 'attempt', 'first_attempt']).execute();
  expect(planned).toEqual([{ state: 'planned', attempt: 12, first_attempt: 13 }]);
  // Two lists in a row break off: after twelve tries of an earlier round that was the end.
  sim.server.sim.faults.add([{ fault: 'token-expired', at: { page: 2 }, times: 2 }]);
  const result = await harness.harvest(sim.url, repair!.request);
  expect(result).toMatchObject({ state: 'complete', run: { id: made.id } });
  const [window] = await harness.db.selectFrom('harvest.window').select(['state', 'attempt', 'failure']).execute();
  expect(window).toEqual({ state: 'complete', attempt: 15, failure: null });
});

it('gives the reason why there is nothing to repair', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 5, size: 100 });
  const { source } = await harness.deps(sim.url);
  await expect(planRepair(harness.db, source)).rejects.toThrow(NotRepairableError);
  await harness.harvest(sim.url, { limit: 50 });
  await expect(planRepair(harness.db, source)).rejects.toThrow(/was cancelled: thresher harvest/);
  expect(await thresher(harness, 'coverage', 'http://127.0.0.1:1/nowhere')).toMatchObject({
    code: exit.usage,
    err: expect.stringContaining('thresher status'),
  });
  expect(await thresher(harness, 'coverage', sim.url, '--run', '99')).toMatchObject({
    code: exit.usage,
    err: expect.stringContaining('has no run 99'),
  });
  expect(await thresher(harness, 'harvest', sim.url, '--only-short', '--set', 'user-x')).toMatchObject({ code: exit.usage });
});
