import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestCounts } from '@thresher/oai-sim';
import { countWindows } from '@thresher/store/harvest';
import { type RunningProgram, startProgram, startSimulator } from './programs.ts';
import { plantRun } from './plant-run.ts';
import { createWholeDatabase } from '../harness.ts';

/** A harvest from a server that permits N requests per minute, watched for a while. */
export interface PaceTrial {
  readonly ratePerMinute: number;
  /** Of each answer, as `300-800`, in milliseconds. */
  readonly latency: string;
  readonly seconds: number;
  /** Harvester processes at once. */
  readonly harvesters: number;
  readonly databaseUrl: string;
}

export interface PaceReport {
  readonly counts: RequestCounts;
  /** What the limit permits in the time between the first request and the last look, evenly used. */
  readonly permitted: number;
  /** Requests answered, as a share of that. */
  readonly used: number;
  /** Lists walked at a time, at most and on average. */
  readonly mostWalks: number;
  readonly meanWalks: number;
}

/** Starts harvesters that know nothing of the limit, and counts what the server saw. */
export async function tryPace(trial: PaceTrial): Promise<PaceReport> {
  await using simulator = await startSimulator(['--size', '200000', '--rate', String(trial.ratePerMinute), '--latency', trial.latency]);
  await using database = await createWholeDatabase(trial.databaseUrl);
  const run = await plantRun(database.db, simulator.url, { concurrency: 4 });
  await using stack = new AsyncDisposableStack();
  const begin = (): RunningProgram => stack.use(startProgram('harvester', [], { DATABASE_URL: database.url, LOG_LEVEL: 'error' }));
  Array.from({ length: trial.harvesters }, begin);
  while ((await simulator.requests()).requests === 0) await sleep(20);
  const started = Date.now();
  const walks: number[] = [];
  while (Date.now() - started < trial.seconds * 1_000) {
    walks.push(await countWindows(database.db, run.id, ['walking']));
    await sleep(200);
  }
  const counts = await simulator.requests();
  const permitted = (trial.ratePerMinute * (Date.now() - started)) / 60_000;
  return {
    counts,
    permitted,
    used: (counts.requests - counts.refused429) / permitted,
    mostWalks: Math.max(...walks),
    meanWalks: walks.reduce((sum, n) => sum + n, 0) / walks.length,
  };
}
