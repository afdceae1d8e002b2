import { type Bench, note, noteProcesses } from './bench.ts';
import { measureDisk } from './disk.ts';
import type { WholeFigure } from './figures.ts';
import { names, thresher } from './names.ts';
import { type Program, watch } from './processes.ts';
import { openPlace, type BenchDatabase, runStage, type StageOptions } from './run-stage.ts';
import { measureSearch } from './search-load.ts';
import { serverPrograms } from './servers.ts';
import type { Simulator } from './simulator.ts';

/** A first harvest, searches in what it brought, and the harvests after it. */
export async function measureWhole(bench: Bench): Promise<void> {
  await using place = await openPlace(bench);
  const stage = (name: string) => runStage(bench, place, bench.simulator.url, name, { searchable: true }, bench.signal);
  const first = await noteFirst(bench, place);
  bench.found.disk = await measureDisk(place.database.db, place.index.client, place.index.alias, first.stage.records);
  const search = await measureSearch(bench, place, bench.searchSeconds, bench.signal);
  bench.found.search.push(search);
  bench.talk(`  search at 20 requests/s: median ${search.times.p50} ms, 99 % within ${search.times.p99} ms`);
  note(bench, names.again, thresher, await stage('harvest'));
  await bench.simulator.post('touch', { fraction: 0.1 });
  note(bench, names.incremental, thresher, await stage('incremental'));
}

/** A first harvest by itself. */
export async function measureFirst(bench: Bench): Promise<void> {
  await using place = await openPlace(bench);
  await noteFirst(bench, place);
}

async function noteFirst(bench: Bench, place: BenchDatabase): Promise<WholeFigure> {
  const first = await harvestWhole(bench, place, bench.simulator);
  note(bench, names.harvest, thresher, first.stage);
  noteProcesses(bench, names.harvest, first.processes);
  return first;
}

/** Harvests everything into an empty place, and watches every program that takes part. */
export const harvestWhole = (bench: Bench, place: BenchDatabase, simulator: Simulator): Promise<WholeFigure> =>
  loadWatched(bench, place, simulator, 'harvest', {});

/** Runs a stage that loads an empty place, and watches every program that takes part. */
export async function loadWatched(
  bench: Bench,
  place: BenchDatabase,
  simulator: Simulator,
  name: string,
  options: StageOptions,
): Promise<WholeFigure> {
  const servers = await serverPrograms(place.database.db, place.index.client, bench.redisUrl);
  const programs: Program[] = [...servers, { name: 'simulator', pid: simulator.pid }];
  const watching = watch(programs);
  const stage = await runStage(bench, place, simulator.url, name, { ...options, searchable: true }, bench.signal);
  const own = {
    process: 'Thresher, walking and transforming',
    cpuSeconds: stage.cpuSeconds!,
    peakMegabytes: Math.round(stage.peakMegabytes!),
  };
  return { stage, processes: [own, ...watching.figures()] };
}
