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

/** The earlier revisions of a record, the latest first; empty when it never changed or does not exist. All of them unless limited. */
export async function recordHistory(db: Kysely<Database>, recordId: number, limit?: number): Promise<PastRevision[]> {
  const all = db.selectFrom('record_history').selectAll().where('record_id', '=', recordId).orderBy('revision', 'desc');
  const rows = await (limit === undefined ? all : all.limit(limit)).execute();
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

/** How many earlier revisions of a record there are. Fewer than its revision says: facts and its place among versions change without one. */
export async function countHistory(db: Kysely<Database>, recordId: number): Promise<number> {
  const counted = db.selectFrom('record_history').select((eb) => eb.fn.countAll<number>().as('n'));
  return (await counted.where('record_id', '=', recordId).executeTakeFirstOrThrow()).n;
}

/** One change of a record. */
export interface RevisionStep {
  /** As in `PastRevision`. */
  readonly changedPaths: readonly string[];
  readonly changedAt: Date;
}

/** The last changes of a record without its metadata, the latest first. */
export async function lastSteps(db: Kysely<Database>, recordId: number, limit: number): Promise<RevisionStep[]> {
  const rows = await db
    .selectFrom('record_history')
    .select(['changed_paths', 'replaced_at'])
    .where('record_id', '=', recordId)
    .orderBy('revision', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ changedPaths: row.changed_paths, changedAt: row.replaced_at }));
}
