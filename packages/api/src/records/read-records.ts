import { type Db, readMetadata } from '@thresher/store';
import { withFetched } from './files-and-stats.ts';
import type { RecordFacts } from './to-zenodo-record.ts';

type Row = Awaited<ReturnType<ReturnType<typeof selectRecords>['execute']>>[number];

/** The records of these numbers that are not deleted, in the order of the numbers; those that are gone are left out. */
export async function readRecords(db: Db, recordIds: readonly number[]): Promise<RecordFacts[]> {
  if (recordIds.length === 0) return [];
  const rows = await selectRecords(db)
    .where('id', 'in', [...recordIds])
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return withFetched(db, recordIds.flatMap((id) => byId.get(id) ?? []).map(toFacts));
}

/** All versions of a concept that are not deleted, the latest first. */
export async function readVersions(db: Db, conceptDoi: string): Promise<RecordFacts[]> {
  const rows = await selectRecords(db)
    .where('concept_doi', '=', conceptDoi)
    .orderBy('publication_date', (order) => order.desc().nullsLast())
    .orderBy('recid', (order) => order.desc().nullsLast())
    .orderBy('id')
    .limit(MAX_VERSIONS)
    .execute();
  return withFetched(db, rows.map(toFacts));
}

/** Zenodo's longest chains have some hundreds. */
const MAX_VERSIONS = 1_000;

function selectRecords(db: Db) {
  return db
    .selectFrom('record')
    .select(['id', 'oai_identifier', 'recid', 'doi', 'concept_doi', 'datestamp', 'revision', 'first_seen_at', 'changed_at', 'metadata'])
    .where('deleted', '=', false);
}

function toFacts(row: Row): RecordFacts {
  return {
    recordId: row.id,
    oaiIdentifier: row.oai_identifier,
    recid: row.recid,
    doi: row.doi,
    conceptDoi: row.concept_doi,
    datestamp: row.datestamp?.toISOString() ?? null,
    revision: row.revision,
    firstSeenAt: row.first_seen_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
    metadata: readMetadata(row.metadata),
  };
}
