import { exit } from '@thresher/cli';
import { expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';
import { thresher } from './thresher.ts';

const timeout = 120_000;

it('deletes what the policy names and says so, and a dry run only says it', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 31, size: 60, pageSize: 20 });
  await harness.harvest(sim.url);
  await harness.harvest(sim.url);
  const first = await harness.db
    .selectFrom('harvest.page')
    .innerJoin('harvest.window', 'harvest.window.id', 'window_id')
    .select((eb) => eb.fn.countAll<number>().as('pages'))
    .groupBy('run_id')
    .orderBy('run_id')
    .executeTakeFirst();
  const dry = await thresher(harness, 'prune', '--dry-run', '--json');
  expect(dry.code).toBe(exit.done);
  expect(JSON.parse(dry.out)).toMatchObject({
    policy: { pages: 0, history: null, deliveries: 30 },
    prunable: { pages: [{ pages: first!.pages }], revisions: 0, deliveries: 0 },
    deleted: null,
  });
  expect(JSON.parse((await thresher(harness, 'status', '--json')).out)).toMatchObject({ pruned: null });
  const kept = await thresher({ databaseUrl: harness.databaseUrl, env: { RETAIN_PAGES_DAYS: '7' } }, 'prune');
  expect(kept.out).toContain('nothing is old enough');
  const done = await thresher(harness, 'prune');
  expect(done.err).toContain(`deleted: the bytes of ${first!.pages} pages`);
  expect(JSON.parse((await thresher(harness, 'status', '--json')).out)).toMatchObject({ pruned: { pages: first!.pages, revisions: 0 } });
  expect((await thresher(harness, 'status')).out).toContain('deleted for their age');
  expect((await thresher(harness, 'check', sim.url)).code).toBe(exit.done);
  const wrong = await thresher(harness, 'prune', '--history', '0');
  expect(wrong).toMatchObject({ code: exit.usage, err: expect.stringContaining('a whole number of days from 1') as string });
});
