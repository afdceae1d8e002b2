import { join } from 'node:path';
import { effectOf } from '../../packages/store/src/database/migration-effects.ts';
import { until } from '../chaos/until.ts';
import { openFleet } from '../fleet/fleet.ts';
import { openObserver } from '../fleet/outcome.ts';
import { queryLine, startQueries, usualQueries } from '../fleet/queries.ts';
import { type Drill, STEP_MS } from './drill.ts';
import { unpackVersion } from './old-version.ts';

/**
 * An old version harvests and serves, and is upgraded as docs/operations.md says: check, migrate, start the new processes next to the old
 * ones, end those, reindex if the check says so. The old processes go on during the migration; harvester and transformer are stopped first
 * only if a migration wants that. No request fails, and the harvest ends with what the repository holds.
 */
export const upgrade: Drill = async ({ place, sim, notes, records, home, signal, from }) => {
  const old = unpackVersion(join(home, 'old'), from);
  const stops = old.lacks.filter((name) => effectOf(name)!.stops !== null);
  notes.note(`the old version is ${old.commit}; it lacks ${old.lacks.join(', ') || 'no migration'}`);
  await using before = openFleet({ place, signal, env: place.env, root: old.root, name: 'old' });
  await using after = openFleet({ place, signal, env: place.env, name: 'new' });
  await before.must('migrate');
  await using observer = await openObserver(place.env, signal);
  const oldWorkers = [await before.start('transformer', 'transformer'), await before.start('harvester', 'harvester')];
  const oldApis = [await before.start('api', 'api-1'), await before.start('api', 'api-2')];
  await before.must('harvest', sim.url, '--detach', '--rate', '30');
  const reaches = (share: number): Promise<void> => until(async () => (await observer.records()) >= records * share, STEP_MS, signal);
  await reaches(0.1);
  const urls = oldApis.map(({ url }) => url);
  const queries = startQueries(urls, usualQueries);

  const check = await after.command('upgrade', '--check');
  for (const line of check.stdout.trimEnd().split('\n')) notes.note(`upgrade --check: ${line}`);
  if (old.lacks.length > 0 && check.code !== 4) notes.violated(`upgrade --check ended with ${check.code}`);
  if (/^stop the harvesters/m.test(check.stdout) !== stops.length > 0) notes.violated('upgrade --check is wrong about old processes');
  if (stops.length > 0) {
    for (const worker of oldWorkers) await worker.stop();
    notes.note('old harvester and transformer were stopped, as the check says; the old APIs go on');
  }
  const begun = Date.now();
  await after.must('migrate');
  notes.note(
    `thresher migrate took ${Date.now() - begun} ms with the start of the command; ${await observer.records()} of ${records} records`,
  );
  if (stops.length === 0) {
    await reaches((await observer.records()) / records + 0.1);
    notes.note(`the old version harvested on after the migration: ${await observer.records()} records`);
  }
  await after.start('transformer', 'transformer');
  await after.start('harvester', 'harvester');
  if (stops.length === 0) for (const worker of oldWorkers) await worker.stop();
  for (const [position, api] of oldApis.entries()) {
    const { url } = await after.start('api', `api-${position + 1}`);
    urls[position] = url;
    await api.stop();
  }
  notes.note(`all processes are new; ${await observer.records()} of ${records} records`);
  if (/run thresher reindex/.test(check.stdout)) {
    await after.must('reindex');
    notes.note('thresher reindex, as the check says');
  }
  await observer.untilQuiet(STEP_MS);
  // On a slow machine the old version may have harvested all by now: the new one has something to harvest in any case.
  await sim.post('touch', { fraction: 0.1 });
  await after.must('sync', sim.url);
  const counts = await queries.end();
  notes.note(queryLine(counts));
  if (counts.failed + counts.short > 0) notes.violated(...counts.examples);
  notes.violated(...(await observer.differences(sim)));
  for (const member of [...oldApis, ...oldWorkers])
    if (member.unforeseenEnds() > 0) notes.violated(`${member.name} of the old version ended ${member.unforeseenEnds()} times by itself`);
  const done = await after.command('upgrade', '--check');
  if (done.code !== 0) notes.violated(`upgrade --check afterwards: ${done.code}, ${done.stdout}`);
  notes.note(`${await observer.records()} records, as in the repository`);
};
