import { setTimeout as sleep } from 'node:timers/promises';
import { countWindows } from '@thresher/store/harvest';
import { plantRun } from '../../test/harvest/plant-run.ts';
import { startProgram } from '../../test/harvest/programs.ts';
import type { StageFigure } from './figures.ts';
import { watch } from './processes.ts';
import type { BenchDatabase, Servers } from './run-stage.ts';

/** Walks everything with the harvester process that users have, and nobody to transform its pages, until the last one is durable. */
export async function measureWalk(
  servers: Servers,
  { database: { db, url } }: BenchDatabase,
  from: string,
  signal: AbortSignal,
): Promise<StageFigure> {
  const run = await plantRun(db, from);
  const redis = servers.redisUrl === undefined ? {} : { REDIS_URL: servers.redisUrl };
  await using harvester = startProgram('harvester', [], { DATABASE_URL: url, LOG_LEVEL: 'error', ...redis });
  const ended = harvester.ended.then(({ stderr }) => Promise.reject(new Error(`the harvester ended: ${stderr}`)));
  const until = async (fact: () => Promise<boolean>): Promise<void> => {
    while (!(await fact())) await Promise.race([sleep(50, undefined, { signal }), ended]);
  };
  const pages = db.selectFrom('harvest.page');
  await until(async () => (await pages.select('id').limit(1).executeTakeFirst()) !== undefined);
  // Without its start.
  const watching = watch([{ name: 'harvester', pid: harvester.pid }]);
  await until(async () => (await countWindows(db, run.id, ['planned', 'walking'])) === 0);
  const [figure] = watching.figures();
  const { peak } = await harvester.memory();
  ended.catch(() => {});
  const { first, last, records } = await pages
    .select((eb) => [
      eb.fn.min('fetched_at').as('first'),
      eb.fn.max('fetched_at').as('last'),
      eb.fn.sum<number>('record_count').as('records'),
    ])
    .executeTakeFirstOrThrow();
  const seconds = (last.getTime() - first.getTime()) / 1_000;
  return { records: Number(records), seconds, cpuSeconds: figure!.cpuSeconds, peakMegabytes: peak / 1e6 };
}
