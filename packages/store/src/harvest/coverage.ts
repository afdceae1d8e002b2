import { type Kysely, sql } from 'kysely';
import type { WindowState } from '../database/harvest-schema.ts';
import type { Run } from './runs.ts';
import type { Database } from '../database/db.ts';

/** Counts of one window, or sums over all of them. Null: not counted (yet). */
export interface CoverageCounts {
  /** What the server declared; null if it never did. */
  readonly declared: number | null;
  /** Records that arrived in the last attempt, repeated ones included. */
  readonly received: number;
  /** Different identifiers among them, those in quarantine included. */
  readonly distinct: number;
  /** Records that could not be read. */
  readonly quarantined: number;
  /** In table `record`. */
  readonly stored: number | null;
  /** Of those stored, the ones that have to be in search. */
  readonly searchable: number | null;
  /** Counted in the index; null without one. */
  readonly indexed: number | null;
  /** How many different records are missing compared to `declared`. */
  readonly short: number;
}

export interface WindowCoverage extends CoverageCounts {
  readonly window: number;
  readonly set: string | null;
  readonly from: Date | null;
  readonly until: Date | null;
  readonly state: WindowState;
  readonly attempts: number;
  /** Why it is short, failed, or was begun again. */
  readonly failure: string | null;
}

/** The windows of a run in the order of their dates, without those that were replaced by smaller ones. */
export async function windowCoverage(db: Kysely<Database>, runId: number): Promise<WindowCoverage[]> {
  const { rows } = await sql<WindowCoverage>`
    select id as window, set_spec as "set", from_datestamp as "from", until_datestamp as until, state, attempt as attempts, failure,
           declared, received, distinct_received as "distinct", quarantined, stored, searchable, indexed,
           greatest(coalesce(declared, 0) - distinct_received, 0) as short
    from harvest.window
    where run_id = ${runId} and state <> 'split'
    order by set_spec nulls first, from_datestamp nulls first, id`.execute(db);
  return rows;
}

/** The sums of windows. A sum is null only if no window was counted. */
export function addCoverage(windows: readonly CoverageCounts[]): CoverageCounts {
  const sum = (pick: (counts: CoverageCounts) => number | null): number | null =>
    windows.reduce<number | null>((total, counts) => (pick(counts) === null ? total : (total ?? 0) + pick(counts)!), null);
  return {
    declared: sum((it) => it.declared),
    received: sum((it) => it.received) ?? 0,
    distinct: sum((it) => it.distinct) ?? 0,
    quarantined: sum((it) => it.quarantined) ?? 0,
    stored: sum((it) => it.stored),
    searchable: sum((it) => it.searchable),
    indexed: sum((it) => it.indexed),
    short: sum((it) => it.short) ?? 0,
  };
}

/**
 * Plans the short and failed windows of an ended run again, each with all its tries, and lets the run continue. Returns how
 * many windows that were; 0, and nothing changed, if none is short. Fails on the unique index while another run of the
 * source goes on.
 */
export async function reopenRun(db: Kysely<Database>, run: Pick<Run, 'id'>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { numAffectedRows = 0n } = await sql`
      update harvest.window
      set state = 'planned', first_attempt = attempt + 1, shortfall = null, not_before = null, lease_owner = null, finished_at = null
      where run_id = ${run.id} and state in ('short', 'failed')`.execute(trx);
    if (numAffectedRows > 0n)
      await sql`update harvest.run set state = 'running', failure = null, finished_at = null where id = ${run.id}`.execute(trx);
    return Number(numAffectedRows);
  });
}
