import { type Kysely, type Selectable, sql } from 'kysely';
import type { WindowTable } from '../database/harvest-schema.ts';
import type { Database } from '../database/db.ts';

/**
 * The right to change a window while it is walked: whose lease it is, which of all leases, and which attempt at the list.
 * It ends when the window is leased again, begun again or moved on, and when the run has ended.
 */
export type Lease = Pick<Selectable<WindowTable>, 'id' | 'run_id' | 'lease_owner' | 'lease_number' | 'attempt'>;

/**
 * The run if it has not ended, locked so that it does not end before this statement has: a process that has dropped a run may
 * rely on nothing being leased, sent or stored for it afterwards.
 */
export const lockRunning = (runId: number) =>
  sql<{ id: number }>`select id from harvest.run where id = ${runId} and state = 'running' for share`;

/** Whether window `w` is held under this lease, as a condition. Together with `lockRunning`, which locks the run first. */
export const isHeld = ({ id, lease_owner, lease_number, attempt }: Lease) =>
  sql<boolean>`w.id = ${id} and w.state = 'walking' and w.lease_owner = ${lease_owner} and w.lease_number = ${lease_number} and w.attempt = ${attempt}`;

/**
 * Whether a window is still held under a lease. Asked right before a request that no other statement has permitted, so
 * that nobody sends any for a window that was taken over or a run that was dropped.
 */
export async function holdsWindow(db: Kysely<Database>, lease: Lease): Promise<boolean> {
  const { rows } = await sql`
    select from harvest.window w join harvest.run r on r.id = w.run_id where ${isHeld(lease)} and r.state = 'running'`.execute(db);
  return rows.length > 0;
}
