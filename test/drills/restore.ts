import { join } from 'node:path';
import { until } from '../chaos/until.ts';
import { openFleet } from '../fleet/fleet.ts';
import { openObserver } from '../fleet/outcome.ts';
import { type Drill, emptyRedis, newDatabase, STEP_MS } from './drill.ts';

/**
 * A backup in the middle of a harvest; the harvest ends, and the source changes and is harvested again; then the database and Redis are
 * lost. The backup, which is older than all that, is restored into a new database, the index is built again, and a sync ends with what
 * the repository holds: nothing that was harvested after the backup is missed.
 */
export const restore: Drill = async ({ place, sim, notes, records, home, signal }) => {
  const folder = join(home, 'backup');
  let deletedAtBackup = 0;
  {
    await using fleet = openFleet({ place, signal, env: place.env, name: 'before' });
    await fleet.must('migrate');
    await using observer = await openObserver(place.env, signal);
    const workers = [await fleet.start('transformer', 'transformer'), await fleet.start('harvester', 'harvester')];
    await fleet.must('harvest', sim.url, '--detach', '--rate', '240');
    await until(async () => (await observer.records()) >= records / 4, STEP_MS, signal);
    await fleet.must('backup', folder);
    const saved = await observer.records();
    notes.note(`a backup was made while ${saved} of ${records} records were there`);
    if (saved >= records) notes.violated('the harvest had ended before the backup: take more records');
    await observer.untilQuiet(STEP_MS);
    await sim.post('touch', { fraction: 0.1 });
    await sim.post('vanish', { fraction: 0.05, trace: 'deleted' });
    await sim.post('create', { count: 50 });
    await fleet.must('sync', sim.url);
    notes.violated(...(await observer.differences(sim)));
    deletedAtBackup = await observer.records();
    notes.note(`the harvest and a sync of later changes ended: ${deletedAtBackup} records; now the database and Redis are lost`);
    for (const worker of workers) await worker.stop();
  }
  const env = { ...place.env, ...(await newDatabase(place.env['DATABASE_URL']!)) };
  await emptyRedis(place.env['REDIS_URL']!);
  await using fleet = openFleet({ place, signal, env, name: 'after' });
  await fleet.must('backup', '--restore', folder);
  await using observer = await openObserver(env, signal);
  const restored = await observer.records();
  notes.note(`restored: ${restored} records`);
  if (restored >= deletedAtBackup) notes.violated('the backup is not older than the loss');
  await fleet.must('reindex');
  await fleet.start('transformer', 'transformer');
  await fleet.start('harvester', 'harvester');
  await observer.untilQuiet(STEP_MS);
  notes.note(`the run that the backup had interrupted was ended by the harvester: ${await observer.records()} records`);
  await fleet.must('sync', sim.url);
  notes.violated(...(await observer.differences(sim)));
  const { code } = await fleet.command('check');
  if (code !== 0) notes.violated(`thresher check ended with ${code}`);
  notes.note(`after a sync: ${await observer.records()} records, as in the repository`);
};
