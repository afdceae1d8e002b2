import type { Db } from '@thresher/store/database';
import { createRun, finishRun, listWindows, moveWindow, type Run } from '@thresher/store/harvest';

const instant = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** A run of two windows, one complete and one that came short. */
export async function makeRun(db: Db, sourceId: number): Promise<Run> {
  const bounds = [
    ['2024-01-01', '2024-01-31'],
    ['2024-02-01', '2024-02-29'],
  ] as const;
  const windows = bounds.map(([from, until]) => ({ set_spec: null, from_datestamp: instant(from), until_datestamp: instant(until) }));
  const run = await createRun(
    db,
    {
      source_id: sourceId,
      kind: 'full',
      metadata_prefix: 'oai_datacite',
      set_specs: [],
      from_datestamp: null,
      until_datestamp: instant('2024-02-29'),
      options: {},
    },
    windows,
  );
  const [first, second] = await listWindows(db, run.id);
  await moveWindow(db, first!.id, 'planned', 'walking');
  await moveWindow(db, first!.id, 'walking', 'walked', { declared: 60 });
  await moveWindow(db, first!.id, 'walked', 'complete', { stored: 60, indexed: 60 });
  await moveWindow(db, second!.id, 'planned', 'walking');
  await moveWindow(db, second!.id, 'walking', 'short', { declared: 50, shortfall: 2, failure: 'of 50 declared records 48 arrived' });
  await finishRun(db, run.id, 'incomplete', '1 windows came short');
  return run;
}
