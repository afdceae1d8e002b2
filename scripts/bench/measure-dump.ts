import { type Bench, note } from './bench.ts';
import { names, thresher } from './names.ts';
import { openPlace, runStage } from './run-stage.ts';

/** A bulk file of the same kind of records, until the last is in SQL and search. */
export async function measureDump(bench: Bench, file: string): Promise<void> {
  await using place = await openPlace(bench);
  const options = { searchable: true, file };
  note(bench, names.dump, thresher, await runStage(bench, place, bench.simulator.url, 'dump', options, bench.signal));
}
