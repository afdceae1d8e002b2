import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import type { PruningTable } from '../database/harvest-schema.ts';
import { fromMicros, type Micros } from '../database/settled.ts';

/** After how many days each of these is deleted; null: never. */
export interface RetentionPolicy {
  /** Bytes of superseded pages, since their run ended. */
  readonly pages: number | null;
  /** Earlier revisions of records, and the steps of communities that they are, since they were replaced. */
  readonly history: number | null;
  /** Messages to webhooks, since they were delivered. */
  readonly deliveries: number | null;
}

/** What was deleted. */
export interface PrunedCounts {
  readonly pages: number;
  readonly pageBytes: number;
  readonly revisions: number;
  readonly steps: number;
  readonly deliveries: number;
}

export const nothingPruned: PrunedCounts = { pages: 0, pageBytes: 0, revisions: 0, steps: 0, deliveries: 0 };

export type Pruning = Selectable<PruningTable>;

/** Notes that old rows are going to be deleted. Returns the number of the pruning. */
export async function beginPruning(db: Kysely<Database>, policy: RetentionPolicy): Promise<number> {
  const { id } = await db
    .insertInto('harvest.pruning')
    .values({ policy: { ...policy } })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/**
 * Adds to what a pruning has deleted, in the transaction that deletes it, so that the ledger is right whenever the process is killed.
 *
 * @param historyUntil all deleted revisions were replaced before this instant; null: none was deleted
 */
export async function addPruned(
  trx: Kysely<Database>,
  id: number,
  { pages, pageBytes, revisions, steps, deliveries }: PrunedCounts,
  historyUntil: Micros | null,
): Promise<void> {
  await sql`
    update harvest.pruning set pages = pages + ${pages}, page_bytes = page_bytes + ${pageBytes}, revisions = revisions + ${revisions},
      steps = steps + ${steps}, deliveries = deliveries + ${deliveries},
      history_until = ${historyUntil === null ? sql`history_until` : sql`greatest(history_until, ${fromMicros(historyUntil)})`}
    where id = ${id}`.execute(trx);
}

export async function endPruning(db: Kysely<Database>, id: number): Promise<void> {
  await sql`update harvest.pruning set ended_at = now() where id = ${id}`.execute(db);
}

/** The last pruning that deleted something. */
export async function lastPruning(db: Kysely<Database>): Promise<Pruning | undefined> {
  const { rows } = await sql<Pruning>`
    select * from harvest.pruning where pages + revisions + deliveries > 0 order by id desc limit 1`.execute(db);
  return rows[0];
}

/** When old rows were last looked for; null: never. */
export async function lastPruningAt(db: Kysely<Database>): Promise<Date | null> {
  const row = await db.selectFrom('harvest.pruning').select('begun_at').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.begun_at ?? null;
}
