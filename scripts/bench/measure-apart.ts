import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../services/start-services.ts';
import { type Bench, note } from './bench.ts';
import type { StageFigure } from './figures.ts';
import { measureWalk } from './measure-walk.ts';
import { names, thresher } from './names.ts';
import { openPlace, type BenchDatabase, runStage } from './run-stage.ts';

const run = promisify(execFile);

/** One stage after the other over the same pages. */
export async function measureApart(bench: Bench): Promise<void> {
  await using place = await openPlace(bench);
  const stage = (name: string, options = {}) => runStage(bench, place, bench.simulator.url, name, options, bench.signal);
  note(bench, names.walk, thresher, await measureWalk(bench, place, bench.simulator.url, bench.signal));
  const mapping = await stage('map');
  note(bench, names.map, thresher, { ...mapping, seconds: mapping.cpuSeconds! });
  note(bench, names.store, thresher, await stage('store'));
  note(bench, names.replay, thresher, await stage('replay'));
  if (availableParallelism() > 1) await measureCores(bench, (cores) => stage('replay', { cores }));
  note(bench, names.reindex, thresher, await stage('reindex', { searchable: true }));
  note(bench, names.export, thresher, await exportAll(bench, place));
}

/** The same work on one core and on two. */
async function measureCores(bench: Bench, replay: (cores: number) => Promise<StageFigure>): Promise<void> {
  try {
    note(bench, names.oneCore, thresher, await replay(1));
    note(bench, names.twoCores, thresher, await replay(2));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    bench.talk('  not on single cores: there is no taskset (util-linux)');
  }
}

/** By the command that a user has. */
async function exportAll(bench: Bench, { database }: BenchDatabase): Promise<StageFigure> {
  const out = path.join(bench.folder, 'export');
  const started = performance.now();
  await run(process.execPath, [path.join(ROOT, 'packages/cli/bin/cli.ts'), 'export', 'parquet', '--out', out], {
    env: { ...process.env, DATABASE_URL: database.url },
    signal: bench.signal,
  });
  const seconds = (performance.now() - started) / 1_000;
  rmSync(out, { recursive: true });
  return { records: bench.records, seconds, cpuSeconds: null, peakMegabytes: null };
}
