import path from 'node:path';
import { type Bench, note, noteProcesses } from './bench.ts';
import { loadWatched } from './measure-whole.ts';
import { names, thresher } from './names.ts';
import { openPlace } from './run-stage.ts';

/** Imports the two dumps of the same records, each into an empty place and until its last record is in SQL and search. */
export async function measureDumps(bench: Bench): Promise<void> {
  for (const [name, file] of [
    [names.jsonDump, 'records-json.tar.gz'],
    [names.xmlDump, 'records-xml.tar.gz'],
  ] as const) {
    await using place = await openPlace(bench);
    const { stage, processes } = await loadWatched(bench, place, bench.simulator, 'dump', { file: path.join(bench.folder, file) });
    note(bench, name, thresher, stage);
    noteProcesses(bench, name, processes);
  }
}
