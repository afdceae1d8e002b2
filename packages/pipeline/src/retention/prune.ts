import { type Logger, measure } from '@thresher/runtime';
import {
  countPrunableDeliveries,
  countPrunableHistory,
  historyPrunableUntil,
  pruneDeliveries,
  pruneHistory,
} from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import {
  addPruned,
  beginPruning,
  endPruning,
  nothingPruned,
  prunablePages,
  type PrunablePages,
  type PrunedCounts,
  prunePages,
  type RetentionPolicy,
  vacuumPages,
} from '@thresher/store/harvest';

export interface PruneDeps {
  readonly db: Db;
  readonly log: Logger;
  /** Whether there is an index that pages have to reach. */
  readonly searchable: boolean;
}

/** What a policy would delete now. */
export interface Prunable {
  readonly pages: readonly PrunablePages[];
  readonly revisions: number;
  readonly deliveries: number;
}

/** Counts what {@link prune} would delete. */
export async function findPrunable({ db, searchable }: Omit<PruneDeps, 'log'>, policy: RetentionPolicy): Promise<Prunable> {
  return {
    pages: policy.pages === null ? [] : await prunablePages(db, { searchable, days: policy.pages }),
    revisions: policy.history === null ? 0 : await countPrunableHistory(db, await historyPrunableUntil(db, policy.history)),
    deliveries: policy.deliveries === null ? 0 : await countPrunableDeliveries(db, policy.deliveries),
  };
}

/** Rows in one transaction. Of pages some 35 MB, of history a second's work. */
const atATime = 1_000;

/** What one transaction has deleted, and up to which instant history. */
interface Portion {
  readonly counts: Partial<PrunedCounts>;
  readonly historyUntil?: number | null;
}

type DeletePortion = (trx: Parameters<typeof addPruned>[0]) => Promise<Portion>;

/**
 * Deletes what is older than a policy allows and what nothing needs any more, in small transactions, each of which notes what it has
 * deleted in `harvest.pruning`. May be killed at any moment, and run while other work goes on. Returns what was deleted.
 */
export async function prune(
  { db, log, searchable }: PruneDeps,
  policy: RetentionPolicy,
  signal: AbortSignal,
  limit: number = atATime,
): Promise<PrunedCounts> {
  const id = await beginPruning(db, policy);
  let total = nothingPruned;
  for (const deletePortion of await portionsOf(db, searchable, policy, limit)) {
    for (let isDone = false; !isDone;) {
      signal.throwIfAborted();
      const counts = await db.transaction().execute(async (trx) => {
        const portion = await deletePortion(trx);
        const deleted = { ...nothingPruned, ...portion.counts };
        await addPruned(trx, id, deleted, portion.historyUntil ?? null);
        return deleted;
      });
      total = sum(total, counts);
      note(counts);
      isDone = counts.pages + counts.revisions + counts.deliveries === 0;
    }
  }
  await endPruning(db, id);
  if (total.pages > 0) await vacuumPages(db);
  log.info({ pruning: id, policy, ...total }, 'old rows deleted');
  return total;
}

async function portionsOf(db: Db, searchable: boolean, policy: RetentionPolicy, limit: number): Promise<DeletePortion[]> {
  const { pages, history, deliveries } = policy;
  const portions: DeletePortion[] = [];
  if (pages !== null)
    portions.push(async (trx) => {
      const pruned = await prunePages(trx, { searchable, days: pages }, limit);
      return { counts: { pages: pruned.pages, pageBytes: pruned.bytes } };
    });
  if (history !== null) {
    const until = await historyPrunableUntil(db, history);
    portions.push(async (trx) => {
      const pruned = await pruneHistory(trx, until, limit);
      return { counts: { revisions: pruned.revisions, steps: pruned.steps }, historyUntil: pruned.until };
    });
  }
  if (deliveries !== null) portions.push(async (trx) => ({ counts: { deliveries: await pruneDeliveries(trx, deliveries, limit) } }));
  return portions;
}

const sum = (a: PrunedCounts, b: PrunedCounts): PrunedCounts => ({
  pages: a.pages + b.pages,
  pageBytes: a.pageBytes + b.pageBytes,
  revisions: a.revisions + b.revisions,
  steps: a.steps + b.steps,
  deliveries: a.deliveries + b.deliveries,
});

function note({ pages, revisions, steps, deliveries }: PrunedCounts): void {
  for (const [what, count] of Object.entries({ pages, revisions, steps, deliveries })) if (count > 0) measure('pruned', { what }, count);
}
