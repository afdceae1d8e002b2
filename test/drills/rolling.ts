import { openFleet } from '../fleet/fleet.ts';
import { openObserver } from '../fleet/outcome.ts';
import { queryLine, startQueries, usualQueries } from '../fleet/queries.ts';
import { until } from '../chaos/until.ts';
import { type Drill, STEP_MS } from './drill.ts';

/** How a process ends that was asked to by SIGTERM. */
const ORDERLY = [0, 130];

/**
 * Each of two harvesters, two transformers and two APIs is restarted by SIGTERM, one after the other, while a harvest and queries go on.
 * No request fails, and the harvest ends with what the repository holds.
 */
export const rolling: Drill = async ({ place, sim, notes, records, signal }) => {
  await using fleet = openFleet({ place, signal, env: place.env });
  await fleet.must('migrate');
  await using observer = await openObserver(place.env, signal);
  const workers = [
    await fleet.start('transformer', 'transformer-1'),
    await fleet.start('transformer', 'transformer-2'),
    await fleet.start('harvester', 'harvester-1'),
    await fleet.start('harvester', 'harvester-2'),
  ];
  const apis = [await fleet.start('api', 'api-1'), await fleet.start('api', 'api-2')];
  // A page in three seconds: the harvest lasts longer than the restarts.
  await fleet.must('harvest', sim.url, '--detach', '--rate', '20');
  await until(async () => (await observer.records()) > 0, STEP_MS, signal);
  const queries = startQueries(
    apis.map(({ url }) => url),
    usualQueries,
  );
  for (const member of [...workers, ...apis]) {
    const begun = Date.now();
    const how = await member.restart();
    notes.note(`${member.name} ended with ${how} and worked again after ${Math.round((Date.now() - begun) / 100) / 10} s`);
    if (!ORDERLY.includes(how as number)) notes.violated(`${member.name} ended with ${how}`);
  }
  const during = await observer.records();
  if (during >= records) notes.violated('the harvest had ended before the restarts: take more records');
  notes.note(`${during} of ${records} records were there after the last restart`);
  await observer.untilQuiet(STEP_MS);
  const counts = await queries.end();
  notes.note(queryLine(counts));
  if (counts.failed + counts.short > 0) notes.violated(...counts.examples);
  notes.violated(...(await observer.differences(sim)));
  for (const member of [...workers, ...apis])
    if (member.unforeseenEnds() > 0) notes.violated(`${member.name} ended ${member.unforeseenEnds()} times by itself`);
  const { repeatedTokens } = await sim.requests();
  if (repeatedTokens > 0) notes.violated(`${repeatedTokens} tokens were sent twice`);
  notes.note(`${await observer.records()} records, as in the repository`);
};
