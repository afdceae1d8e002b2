import { type Db, findRecord, recordHistory, type RecordKey, type StoredRecordView } from '@thresher/store';
import { ApiProblem } from '../problems/problem.ts';
import { conceptDoiOf, readRecordName, type RecordName } from './record-name.ts';

/** What a name leads to: the record itself, or, for the name of a concept, its latest version. */
export interface Found {
  readonly record: StoredRecordView;
  readonly byConcept: boolean;
}

/** The record of that name. Throws an `ApiProblem`: 404 when there is none, 410 when it was deleted. */
export async function lookUp(db: Db, text: string): Promise<Found> {
  const name = readRecordName(text);
  if (name === null) {
    throw new ApiProblem(
      404,
      'unknown-record',
      `'${shortened(text)}' names no record: give a record number, a DOI, a record's URL or an OAI identifier`,
    );
  }
  const found = await findByName(db, name);
  if (found === null)
    throw new ApiProblem(404, 'unknown-record', `there is no record '${shortened(text)}' here: it may not have been harvested yet`);
  if (found.record.deleted) throw await gone(db, found.record);
  return found;
}

async function findByName(db: Db, name: RecordName): Promise<Found | null> {
  const record = await findRecord(db, keyOf(name));
  if (record !== null) return { record, byConcept: false };
  const conceptDoi = conceptDoiOf(name);
  const latest = conceptDoi === null ? null : await findRecord(db, { conceptDoi });
  return latest && { record: latest, byConcept: true };
}

/** What a name is looked up by. */
export function keyOf(name: RecordName): RecordKey {
  switch (name.kind) {
    case 'recid':
      return { recid: name.recid };
    case 'doi':
      return { doi: name.doi };
    case 'oai':
      return { oaiIdentifier: name.oaiIdentifier };
  }
}

/** The tombstone tells what the record was; its title is in its history. */
async function gone(db: Db, record: StoredRecordView): Promise<ApiProblem> {
  const [last] = (await recordHistory(db, record.recordId)).filter((past) => past.metadata !== null);
  const tombstone = {
    oai_identifier: record.oaiIdentifier,
    recid: record.recid,
    doi: record.doi,
    conceptdoi: record.conceptDoi,
    title: last?.metadata?.title ?? null,
    datestamp: record.datestamp,
    first_seen: record.firstSeenAt,
    deleted_seen: record.changedAt,
  };
  return new ApiProblem(
    410,
    'deleted-record',
    `the record ${record.oaiIdentifier} was deleted at its source; this was seen on ${record.changedAt.slice(0, 10)}`,
    { tombstone },
  );
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
