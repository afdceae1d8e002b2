import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** Why the index accepts no documents at present. */
export interface IndexingFault {
  readonly reason: string;
  /** Every request is rejected until a person changes something. */
  readonly refused: boolean;
  /** Failed attempts in a row, of all processes. */
  readonly times: number;
  readonly since: Date;
  /** Nothing is sent before this instant. */
  readonly next_at: Date;
}

/** A row that was not renewed for this long is of a process that died: a running one renews it at least once a minute. */
const staleAfter = sql`interval '3 minutes'`;

/** Notes that the index did not accept documents. `pauseMs`: how long nothing is sent. */
export async function noteIndexingFault(
  db: Kysely<Database>,
  { reason, refused }: Pick<IndexingFault, 'reason' | 'refused'>,
  pauseMs: number,
): Promise<void> {
  await sql`
    insert into harvest.indexing_fault as f (reason, refused, next_at)
    values (${reason}, ${refused}, now() + ${pauseMs} * interval '1 millisecond')
    on conflict (only_one) do update set reason = excluded.reason, refused = excluded.refused, last_at = now(), next_at = excluded.next_at,
      times = case when f.refused = excluded.refused and f.last_at > now() - ${staleAfter} then f.times + 1 else 1 end,
      since = case when f.last_at > now() - ${staleAfter} then f.since else now() end`.execute(db);
}

/** Deletes the fault: the index accepts documents again. */
export async function clearIndexingFault(db: Kysely<Database>): Promise<void> {
  await sql`delete from harvest.indexing_fault`.execute(db);
}

/** Why the index accepts no documents; null if it does, or if nobody has tried for minutes. */
export async function findIndexingFault(db: Kysely<Database>): Promise<IndexingFault | null> {
  const { rows } = await sql<IndexingFault>`
    select reason, refused, times, since, next_at from harvest.indexing_fault where last_at > now() - ${staleAfter}`.execute(db);
  return rows[0] ?? null;
}
