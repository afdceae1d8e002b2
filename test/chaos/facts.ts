import type { RunningServer } from '@thresher/oai-sim';
import type { Db } from '@thresher/store/database';
import type { FactName } from './disturbance.ts';

export type Facts = Readonly<Record<FactName, number>>;

/** Looks at the facts of a source again and again; while PostgreSQL is away they stay as they were. */
export interface FactWatch extends Disposable {
  now(): Facts;
}

const EVERY_MS = 100;

export function watchFacts(db: Db, sourceId: number, sim: RunningServer): FactWatch {
  let stored = { pages: 0, records: 0, done: 0 };
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const { rows } = await db.pool.query<typeof stored>(
        `select count(*)::int as pages, (count(*) filter (where state = 'done'))::int as done,
                (select count(*) from record where source_id = $1)::int as records
           from harvest.page where source_id = $1`,
        [sourceId],
      );
      stored = rows[0]!;
    } catch {
      // PostgreSQL is away, as a disturbance wants it.
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), EVERY_MS);
  return {
    now: () => ({ requests: sim.sim.log.counts().requests, ...stored }),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
