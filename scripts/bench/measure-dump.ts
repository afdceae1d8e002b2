import { type Bench, note, noteProcesses } from './bench.ts';
import { loadWatched } from './measure-whole.ts';
import { names, thresher } from './names.ts';
import { openPlace } from './run-stage.ts';

/** A bulk file of the same kind of records, until the last is in SQL and search. */
export async function measureDump(bench: Bench, file: string): Promise<void> {
  await using place = await openPlace(bench);
  const { stage, processes } = await loadWatched(bench, place, bench.simulator, 'dump', { file });
  note(bench, names.dump, thresher, stage);
  noteProcesses(bench, names.dump, processes);
}
