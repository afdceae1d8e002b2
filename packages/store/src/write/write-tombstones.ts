import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database/db.ts';
import { markLatestVersions } from './latest-versions.ts';
import { metadataHash } from './metadata-hash.ts';
import { noteUnindexed } from './unindexed.ts';
import { replaceLists } from './write-lists.ts';
import { contentOf, copyToHistory, lockRecords, stepOf, type StoredRecord, updateDeleted } from './write-rows.ts';

/** A record that is gone, and how that is known. */
export interface Deletion {
  readonly recordId: number;
  readonly reason: string;
}

/**
 * Makes tombstones of records that their source no longer has and did not report as deleted. They keep DOIs, datestamp and sets; what
 * they were is in the history. Pages that were there before do not bring them back, later ones do. Returns how many were
 * deleted; those that are tombstones already are left alone.
 */
export async function deleteRecords(db: Kysely<Database>, sourceId: number, deletions: readonly Deletion[]): Promise<number> {
  const deleted = await db.transaction().execute((trx) => deleteWithin(trx, sourceId, deletions));
  await markLatestVersions(db, deleted);
  return deleted.length;
}

/** The same within a transaction that does more. Returns the records to give to `markLatestVersions` after it. */
export async function deleteWithin(trx: Transaction<Database>, sourceId: number, deletions: readonly Deletion[]): Promise<number[]> {
  if (deletions.length === 0) return [];
  const reasons = new Map(deletions.map((it) => [it.recordId, it.reason]));
  const live = [...(await lockRecords(trx, [...reasons.keys()])).values()].filter((stored) => !stored.deleted);
  if (live.length === 0) return [];
  const pageId = live.reduce((newest, stored) => Math.max(newest, stored.page_id), await newestPage(trx, sourceId));
  const at = await copyToHistory(
    trx,
    live.map((stored) => stepOf(stored, pageId, after(stored))),
  );
  const rows = await updateDeleted(
    trx,
    pageId,
    at,
    live.map((stored) => ({
      id: stored.id,
      metadataHash: metadataHash(after(stored)),
      reason: reasons.get(stored.id)!,
    })),
  );
  await replaceLists(
    trx,
    live.map((stored) => ({
      recordId: stored.id,
      before: contentOf(stored),
      after: after(stored),
      issuesChanged: stored.issues_hash !== null,
    })),
  );
  await noteUnindexed(trx, rows);
  return rows.map((row) => row.id);
}

const after = (stored: StoredRecord) => ({ ...contentOf(stored), deleted: true, metadata: null });

/** The newest page of a source; 0 if there is none. */
export async function newestPage(db: Kysely<Database>, sourceId: number): Promise<number> {
  const { rows } = await sql<{ id: number }>`select coalesce(max(id), 0) as id from harvest.page where source_id = ${sourceId}`.execute(db);
  return rows[0]!.id;
}
