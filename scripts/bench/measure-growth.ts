import type { Bench } from './bench.ts';
import { measureDisk } from './disk.ts';
import { harvestWhole } from './measure-whole.ts';
import { openPlace } from './run-stage.ts';
import { startSimulator, warm } from './simulator.ts';

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
