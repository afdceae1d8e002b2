import { setTimeout as sleep } from 'node:timers/promises';
import { countWindows } from '@thresher/store/harvest';
import { plantRun } from './plant-run.ts';
import { startProgram, startSimulator } from './programs.ts';
import { createWholeDatabase } from '../harness.ts';

export interface WalkReport {
  readonly size: number;
  readonly requests: number;
  /** Records received for each request, as a share of the page size. */
  readonly pageEfficiency: number;
  readonly windows: number;
  /** Resident memory of the harvester in MB. */
  readonly peakMB: number;
  readonly meanMB: number;
  readonly seconds: number;
}

/** Walks a whole simulated repository with nobody to transform its pages, and looks at what the harvester needs for it. */
export async function tryWalk(size: number, databaseUrl: string): Promise<WalkReport> {
  const started = Date.now();
  await using simulator = await startSimulator(['--size', String(size)]);
  await using database = await createWholeDatabase(databaseUrl);
  const run = await plantRun(database.db, simulator.url);
  await using harvester = startProgram('harvester', [], { DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
  const memory: number[] = [];
  while ((await countWindows(database.db, run.id, ['planned', 'walking'])) > 0) {
    memory.push((await harvester.memory()).now);
    await sleep(250);
  }
  const { requests } = await simulator.requests();
  const MB = 1_048_576;
  return {
    size,
    requests,
    pageEfficiency: size / (requests * 50),
    windows: await countWindows(database.db, run.id, ['walked']),
    peakMB: Math.round((await harvester.memory()).peak / MB),
    meanMB: Math.round(memory.reduce((sum, bytes) => sum + bytes, 0) / memory.length / MB),
    seconds: (Date.now() - started) / 1_000,
  };
}
