import { setTimeout as sleep } from 'node:timers/promises';
import { openResources, startHarvester } from '@thresher/pipeline';
import { createLogger } from '@thresher/runtime';
import { createDb } from '@thresher/store/database';
import { countWindows, saveSource } from '@thresher/store/harvest';
import { expect, it } from 'vitest';
import { openHarness, simulate, createWholeDatabase } from '../harness.ts';
import { plantRun } from './plant-run.ts';

it('goes on with its windows when the session that holds its leases is lost', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 9, size: 600, pageSize: 10 }, { latencyMs: { min: 20, max: 40 } });
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

it('walks a window once at a time, though a harvester took it over and died', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  // A request takes longer than the harvester takes to look for windows.
  await using sim = await simulate({ seed: 9, size: 60, pageSize: 10 }, { latencyMs: { min: 800, max: 900 } });
  const harvest = harness.harvest(sim.url, { concurrency: 2 });
  const firstPage = async () => (await harness.db.pool.query('select from harvest.page')).rowCount;
  while ((await firstPage()) === 0) await sleep(20);
  const { rowCount } = await harness.db.pool.query(
    `update harvest.window set lease_owner = 7, lease_number = lease_number + 1 where state = 'walking'`,
  );
  expect(rowCount).toBe(1);
  const { state, totals } = await harvest;
  expect(state).toBe('complete');
  expect(await harness.stored()).toEqual(sim.ledger());
  // Six for the list that was lost, at most, and six for the list that was begun again; Identify and the like.
  expect(totals.requests).toBeLessThan(16);
});

it('outlives a database that takes no connections for a while', { timeout: 120_000 }, async () => {
  const url = process.env['DATABASE_URL'] ?? '';
  await using database = await createWholeDatabase(url);
  await using sim = await simulate({ seed: 9, size: 120 });
  const heard: string[] = [];
  const quiet = createLogger({ level: 'silent', pretty: false });
  const log = Object.assign(quiet, { warn: (_: object, message: string) => void heard.push(message) });
  await using resources = openResources({ DATABASE_URL: database.url }, log);
  const yearly = { full: { cron: '0 3 1 1 *', timeZone: 'UTC' } };
  await saveSource(database.db, {
    name: 'other',
    base_url: 'http://127.0.0.1:9/oai',
    settings: { schedules: yearly },
    metadata_prefix: 'oai_dc',
  });
  const stop = new AbortController();
  const harvester = startHarvester(resources, stop.signal);
  const name = new URL(database.url).pathname.slice(1);
  await using server = createDb(url);
  await Promise.race([until(async () => (await (await resources.schedules()).kept()).length > 0), harvester]);
  const permit = (permitted: boolean) => server.pool.query(`alter database ${name} with allow_connections ${permitted}`);
  await permit(false);
  await server.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await Promise.race([until(() => heard.filter((message) => message.includes('asked for runs')).length >= 2), harvester]);
  await permit(true);
  const run = await plantRun(database.db, sim.url);
  // What it walks is durable; nobody is there to transform it.
  await Promise.race([until(async () => (await countWindows(database.db, run.id, ['walked'])) > 0), harvester]);
  stop.abort(new Error('the test is over'));
  await harvester.catch(() => {});
  expect(await countWindows(database.db, run.id, ['walked'])).toBe(1);
});

async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await sleep(100);
}
