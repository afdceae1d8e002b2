import type { RecordMetadata } from '@thresher/datacite';
import { type Kysely, sql } from 'kysely';
import type { PoolClient } from 'pg';
import { copyLine, copyRows } from '../database/copy-rows.ts';
import type { Database } from '../database/db.ts';

interface State {
  readonly metadata: RecordMetadata | null;
}

/** The communities that a step concerns: those of the record before it or after it. Pure. */
export function communitiesOf(before: State, after: State): string[] {
  return [...new Set([...(before.metadata?.communities ?? []), ...(after.metadata?.communities ?? [])])];
}

/** Notes the first steps of new records, with the transaction that inserts them. */
export async function noteFirstSteps(
  client: PoolClient,
  records: readonly { readonly id: number; readonly at: string; readonly metadata: RecordMetadata | null }[],
): Promise<void> {
  const lines = records.flatMap(({ id, at, metadata }) =>
    communitiesOf({ metadata: null }, { metadata }).map((community) => copyLine([community, at, id, 0])),
  );
  if (lines.length > 0) await copyRows(client, 'harvest.community_step', ['community', 'at', 'record_id', 'revision'], lines.join(''));
}

/** Deletes the steps of records that no longer exist. */
export async function forgetOrphanSteps(db: Kysely<Database>): Promise<void> {
  await sql`delete from harvest.community_step s where not exists (select from public.record r where r.id = s.record_id)`.execute(db);
}
