import type { Bench } from './bench.ts';
import { type DiskFigure, measureDisk } from './disk.ts';
import { harvestWhole, type WholeFigure } from './measure-whole.ts';
import { openPlace } from './run-stage.ts';
import { startSimulator, warm } from './simulator.ts';

/** A first harvest of `records` records. */
export interface GrowthFigure extends WholeFigure {
  readonly disk: readonly DiskFigure[];
}

/** First harvests of repositories of several sizes, the smallest first. */
export async function measureGrowth(bench: Bench, sizes: readonly number[]): Promise<void> {
  for (const size of sizes.toSorted((a, b) => a - b)) {
    await using simulator = await startSimulator(size);
    await warm(simulator, 100, bench.signal);
    await using place = await openPlace(bench);
    const whole = await harvestWhole(bench, place, simulator);
    const disk = await measureDisk(place.database.db, place.index.client, place.index.alias, whole.stage.records);
    bench.found.growth.push({ ...whole, disk });
    const { records, seconds } = whole.stage;
    bench.talk(`  growth, ${records.toLocaleString('en')} records: ${Math.round(records / seconds).toLocaleString('en')} records/s`);
  }
}

/** CPU of all that was watched, in milliseconds a record. */
export const cpuPerRecord = ({ stage, processes }: WholeFigure): number =>
  (processes.filter(({ process }) => process !== 'simulator').reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / stage.records) * 1_000;
