import { exit } from '@thresher/cli';
import { expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';
import { thresher } from './thresher.ts';

const timeout = 120_000;
const nowhere = { databaseUrl: '' };

it('says requests, windows, hours and end before a harvest, from three requests', { timeout }, async () => {
  await using sim = await simulate({ seed: 31, size: 600, pageSize: 5 });
  const { code, out } = await thresher(nowhere, 'plan', sim.url, '--rate', '30', '--json');
  expect(code).toBe(exit.done);
  expect(sim.server.sim.log.counts().requests).toBeLessThanOrEqual(3);
  const plan = JSON.parse(out) as { records: number; windows: number; requests: number; seconds: number; startsAt: string; endsAt: string };
  expect(plan).toMatchObject({ records: 600, pageSize: 5, perMinute: 30, lists: [{ set: null, declared: 600 }], unasked: [] });
  expect(plan.seconds).toBe(plan.requests * 2);
  expect(Date.parse(plan.endsAt) - Date.parse(plan.startsAt)).toBe(plan.seconds * 1_000);

  await using harness = await openHarness();
  const { totals } = await harness.harvest(sim.url);
  expect(totals.requests / plan.requests).toBeGreaterThan(0.95);
  expect(totals.requests / plan.requests).toBeLessThan(1.1);
});

it('asks about two sets and says that it left out the others', { timeout }, async () => {
  await using sim = await simulate({ seed: 32, size: 500 });
  const [a, b, c] = sim.repository.sets().map((set) => set.setSpec);
  const two = await thresher(nowhere, 'plan', sim.url, '--set', a!, '--set', b!);
  expect(two.out).toMatch(new RegExp(`${a} +\\d+ records[^]*${b} +\\d+ records[^]*takes +about`));
  expect(sim.server.sim.log.counts().requests).toBe(3);
  const three = await thresher(nowhere, 'plan', sim.url, '--set', a!, '--set', b!, '--set', c!);
  expect(three.err).toContain(`not asked about: ${c}`);
  expect(three.out).toMatch(/requests +unknown/);
  expect(sim.server.sim.log.counts().requests).toBe(6);
});

it('is what harvest --dry-run prints, and leaves no trace of the source', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 33, size: 500 }, { ratePerMinute: 120 });
  const dry = await thresher(harness, 'harvest', sim.url, '--dry-run');
  expect(dry).toMatchObject({ code: exit.done, out: expect.stringMatching(/records +500 declared[^]*pace +120 requests per minute/) });
  const dump = await thresher(harness, 'harvest', sim.url, '--dry-run', '--from-dump', 'records-xml.tar.gz');
  expect(dump).toMatchObject({ code: exit.usage, err: expect.stringContaining('records-xml.tar.gz cannot be read') });
  expect(await harness.db.selectFrom('harvest.source').select('id').execute()).toEqual([]);
  const none = await thresher(harness, 'plan', sim.url, '--from', '2030-01-01', '--until', '2030-02-01', '--json');
  expect(JSON.parse(none.out)).toMatchObject({ records: 0, requests: 2, windows: 1 });
  const wrong = await thresher(harness, 'plan', sim.url, '-p', 'nonsense');
  expect(wrong).toMatchObject({ code: exit.failed, err: expect.stringContaining('metadataPrefix') });
});
