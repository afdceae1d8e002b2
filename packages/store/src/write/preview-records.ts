import type { RecordMetadata } from '@thresher/datacite';
import { type Kysely, sql } from 'kysely';
import { changedPaths } from './changed-paths.ts';
import type { Database } from '../database/db.ts';
import { incomingRecords, type RecordsOfPage } from './harvested-record.ts';
import { readMetadata, type StoredMetadata } from '../database/metadata-json.ts';
import { classifyRecords, classifyLocked, type WriteOptions } from './write-records.ts';
import { contentOf, readHeads, type StoredRecord } from './write-rows.ts';

/** What writing a record again would change. */
export interface RecordDifference {
  readonly oaiIdentifier: string;
  /** Paths into the metadata, as in `record_history.changed_paths`; `issues` where only what the mapping reports differs. */
  readonly paths: readonly string[];
  /** Null for a record that is not stored. */
  readonly before: RecordMetadata | null;
  readonly after: RecordMetadata | null;
}

/** Of the records of a page that is mapped again those that `writeRecords` would write, with what it would change. Reads only. */
export async function previewRecords(
  db: Kysely<Database>,
  page: RecordsOfPage & Pick<WriteOptions, 'sourceId'>,
): Promise<RecordDifference[]> {
  const incoming = incomingRecords([page], new Date());
  const heads = await readHeads(
    db,
    page.sourceId,
    incoming.map((it) => it.oaiIdentifier),
  );
  const differing = classifyRecords(incoming, heads).filter(({ verdict }) => verdict !== 'unchanged' && verdict !== 'stale');
  if (differing.length === 0) return [];
  const stored = await readStored(
    db,
    differing.flatMap((it) => it.stored?.id ?? []),
  );
  return classifyLocked(
    differing.map((it) => it.incoming),
    stored,
    { remap: true },
  )
    .filter(({ verdict }) => verdict !== 'unchanged' && verdict !== 'stale')
    .map(({ incoming: after, stored: before, verdict }) => ({
      oaiIdentifier: after.oaiIdentifier,
      paths: before === undefined ? ['metadata'] : verdict === 'header-changed' ? ['issues'] : changedPaths(contentOf(before), after),
      before: before?.metadata ?? null,
      after: after.metadata,
    }));
}

/** As `lockRecords`, without locks. */
async function readStored(db: Kysely<Database>, ids: readonly number[]): Promise<Map<string, StoredRecord>> {
  const { rows } = await sql<Omit<StoredRecord, 'metadata'> & { metadata: StoredMetadata | null; description: string | null }>`
    select r.id, r.oai_identifier, r.datestamp, r.page_id, r.metadata_hash, r.issues_hash, r.deleted, r.doi, r.concept_doi, r.metadata, r.description, r.sets_page_id, r.facts_at,
           array(select s.set_spec from public.record_set s where s.record_id = r.id order by s.position) as set_specs
    from public.record r where r.id = any(${ids})`.execute(db);
  return new Map(rows.map((row) => [row.oai_identifier, { ...row, metadata: readMetadata(row.metadata, row.description) }]));
}
