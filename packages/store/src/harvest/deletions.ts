import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { confirmBatch, type Confirmation } from './suspects.ts';

/** A row of Zenodo's `records-deleted.csv.gz`. */
export interface DeletedRecordRow {
  /** Record number, as in the OAI identifier. */
  readonly recordId: string;
  readonly doi: string | null;
  readonly parentId: string | null;
  readonly parentDoi: string | null;
  readonly removalNote: string | null;
  readonly removalReason: string | null;
  /** Day or instant, as the file has it. */
  readonly removalDate: string | null;
  /** The end of that day, or that instant; null if it is not readable. */
  readonly removedBy: Date | null;
  readonly citationText: string | null;
}

/** The counts add up to the number of rows given. */
export interface ConfirmedDeletions {
  /** Became tombstones by this call. */
  readonly confirmed: number;
  /** Were tombstones already. */
  readonly deleted: number;
  /** Changed after their removal, so they exist again. */
  readonly newer: number;
  /** Not stored, or stored with another DOI. */
  readonly unknown: number;
}

/**
 * Makes tombstones of the records that a source itself says it has deleted, suspects or not, each with the reason and
 * note it gives. One transaction for all rows given: a few hundred at a time are a good measure. The index is updated by
 * the next `sendUnindexed`.
 */
export async function confirmDeletions(
  db: Kysely<Database>,
  sourceId: number,
  rows: readonly DeletedRecordRow[],
): Promise<ConfirmedDeletions> {
  const stored = await readStored(db, sourceId, rows);
  const verdicts = rows.map((row) => ({ row, ...classifyDeletion(row, stored.get(row.recordId)) }));
  const gone = verdicts.flatMap(({ row, verdict, identifier }) =>
    verdict === 'confirmed' && identifier !== null ? [confirmationOf(row, identifier)] : [],
  );
  if (gone.length > 0) await confirmBatch(db, sourceId, gone);
  const count = (wanted: keyof ConfirmedDeletions) => verdicts.filter(({ verdict }) => verdict === wanted).length;
  return { confirmed: count('confirmed'), deleted: count('deleted'), newer: count('newer'), unknown: count('unknown') };
}

export interface StoredForDeletion {
  readonly identifier: string;
  readonly doi: string | null;
  readonly datestamp: Date | null;
  readonly deleted: boolean;
}

async function readStored(
  db: Kysely<Database>,
  sourceId: number,
  rows: readonly DeletedRecordRow[],
): Promise<Map<string, StoredForDeletion>> {
  const numbers = rows.map((row) => row.recordId).filter((id) => /^\d{1,15}$/.test(id));
  const found = await sql<StoredForDeletion & { recid: number }>`
    select recid, oai_identifier as identifier, doi, datestamp, deleted from public.record
    where source_id = ${sourceId} and recid = any(${numbers}::bigint[])`.execute(db);
  return new Map(found.rows.map((row) => [String(row.recid), row]));
}

/** Decides what a row means for the stored records. */
export function classifyDeletion(
  row: DeletedRecordRow,
  stored: StoredForDeletion | undefined,
): { readonly verdict: keyof ConfirmedDeletions; readonly identifier: string | null } {
  if (stored === undefined) return { verdict: 'unknown', identifier: null };
  const { identifier, doi, datestamp, deleted } = stored;
  if (doi !== null && row.doi !== null && doi !== row.doi.toLowerCase()) return { verdict: 'unknown', identifier };
  if (deleted) return { verdict: 'deleted', identifier };
  return { verdict: datestamp !== null && row.removedBy !== null && datestamp > row.removedBy ? 'newer' : 'confirmed', identifier };
}

function confirmationOf(row: DeletedRecordRow, identifier: string): Confirmation {
  const { removalReason, removalNote, removalDate, citationText } = row;
  const reason = [removalReason, removalNote].filter(Boolean).join(': ') || 'listed among the deleted records of the source';
  return { identifier, reason, witness: { witness: 'deleted-records', says: reason, removalDate, citationText } };
}
