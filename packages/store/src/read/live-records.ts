import type { Kysely } from 'kysely';
import type { Database } from '../database/db.ts';
import { readMetadata } from '../database/metadata-json.ts';
import { uniqueName } from '../database/unique-name.ts';
import type { StoredRecordView } from './record-view.ts';

/** The part of a stored record that is shown of one that is not deleted. */
export type LiveRecord = Omit<
  StoredRecordView,
  'sourceId' | 'sourceName' | 'datestampText' | 'setSpecs' | 'deleted' | 'isLatestVersion' | 'fetched'
>;

/** The records of these numbers, in the order of the numbers; those that are deleted or gone are left out. */
export async function liveRecords(db: Kysely<Database>, recordIds: readonly number[]): Promise<LiveRecord[]> {
  if (recordIds.length === 0) return [];
  const rows = await selectLive(db)
    .where('id', 'in', [...recordIds])
    .execute();
  const byId = new Map(rows.map((row) => [row.id, toLive(row)]));
  return recordIds.flatMap((id) => byId.get(id) ?? []);
}

/** All versions of a concept, the latest first. */
export async function liveVersions(db: Kysely<Database>, conceptDoi: string): Promise<LiveRecord[]> {
  const rows = await selectLive(db)
    .where('concept_doi', '=', conceptDoi)
    .orderBy('publication_date', (order) => order.desc().nullsLast())
    .orderBy('recid', (order) => order.desc().nullsLast())
    .orderBy('id')
    .limit(maxVersions)
    .execute();
  return rows.map(toLive);
}

/** Zenodo's longest chains have some hundreds. */
const maxVersions = 1_000;

function selectLive(db: Kysely<Database>) {
  return db
    .selectFrom('record as r')
    .select([
      'id',
      'oai_identifier',
      'recid',
      'doi',
      'concept_doi',
      'datestamp',
      'revision',
      'first_seen_at',
      'changed_at',
      'metadata',
      'description',
      uniqueName.as('unique_name'),
    ])
    .where('deleted', '=', false);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectLive>['execute']>>[number];

function toLive(row: Row): LiveRecord {
  return {
    recordId: row.id,
    oaiIdentifier: row.oai_identifier,
    recid: row.recid,
    doi: row.doi,
    conceptDoi: row.concept_doi,
    uniqueName: row.unique_name,
    datestamp: row.datestamp?.toISOString() ?? null,
    revision: row.revision,
    firstSeenAt: row.first_seen_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
    metadata: readMetadata(row.metadata, row.description),
  };
}
