import type { RecordMetadata } from '@thresher/datacite';
import type { Kysely } from 'kysely';
import type { Database } from '../database/db.ts';
import { readMetadata } from '../database/metadata-json.ts';

/** What a record was, from `changedAt` until `replacedAt`. */
export interface PastRevision {
  readonly revision: number;
  readonly deleted: boolean;
  readonly metadata: RecordMetadata | null;
  readonly setSpecs: readonly string[];
  readonly datestamp: Date | null;
  readonly datestampText: string;
  /** What the next revision changed: see `changedPaths`. */
  readonly changedPaths: readonly string[];
  readonly changedAt: Date;
  readonly replacedAt: Date;
  readonly pageId: number;
  readonly replacedByPageId: number;
}

/** The earlier revisions of a record, the latest first; empty when it never changed or does not exist. */
export async function recordHistory(db: Kysely<Database>, recordId: number): Promise<PastRevision[]> {
  const rows = await db.selectFrom('record_history').selectAll().where('record_id', '=', recordId).orderBy('revision', 'desc').execute();
  return rows.map((row) => ({
    revision: row.revision,
    deleted: row.deleted,
    metadata: readMetadata(row.metadata, row.description),
    setSpecs: row.set_specs,
    datestamp: row.datestamp,
    datestampText: row.datestamp_text,
    changedPaths: row.changed_paths,
    changedAt: row.changed_at,
    replacedAt: row.replaced_at,
    pageId: row.page_id,
    replacedByPageId: row.replaced_by_page_id,
  }));
}
