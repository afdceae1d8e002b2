import { recordHistory } from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import { findRecords, type StoredRecordView } from '@thresher/store/read';
import { ApiProblem } from '../problems/problem.ts';
import { recordPath } from '../shapes/links.ts';
import { readRecordName } from './record-name.ts';

/** The result of a lookup: the record itself or, for the name of a concept, its latest version. */
export interface FoundRecord {
  readonly record: StoredRecordView;
  readonly byConcept: boolean;
}

/** One record of an ambiguous name. */
export interface Choice {
  readonly id: string;
  readonly source: string;
  readonly oai_identifier: string;
  readonly title: string | null;
  readonly deleted: boolean;
  readonly links: { readonly self: string; readonly html: string };
}

/**
 * The record of that name; `origin` is where this API is reached. Throws an `ApiProblem`: 300 with the choices when several
 * records share the name, 404 when there is none, 410 when it was deleted.
 */
export async function lookUp(db: Db, text: string, origin?: string): Promise<FoundRecord> {
  const name = readRecordName(text, origin);
  const [records = []] = await findRecords(db, [name]);
  const [record, other] = records;
  if (record === undefined) throw unknown(text, name.length > 0);
  if (other !== undefined) throw ambiguous(text, toChoices(records, origin));
  if (record.deleted) throw await gone(db, record);
  return { record, byConcept: isConcept(record, text, origin) };
}

/** Whether a name is that of the concept of a record rather than its own. */
function isConcept(record: StoredRecordView, text: string, origin: string | undefined): boolean {
  const { recid, doi, oaiIdentifier, conceptDoi } = record;
  const keys = readRecordName(text, origin).flat();
  const own = keys.some(
    (key) =>
      ('recid' in key && key.recid === recid) ||
      ('doi' in key && key.doi === doi) ||
      ('oaiIdentifier' in key && key.oaiIdentifier === oaiIdentifier),
  );
  return !own && keys.some((key) => 'conceptDoi' in key && key.conceptDoi === conceptDoi);
}

/** The records of an ambiguous name, for the error answer. */
export function toChoices(records: readonly StoredRecordView[], origin = ''): Choice[] {
  return records.map((record) => ({
    id: record.uniqueName,
    source: record.sourceName,
    oai_identifier: record.oaiIdentifier,
    title: record.metadata?.title ?? null,
    deleted: record.deleted,
    links: { self: `${origin}/api/records/${recordPath(record)}`, html: `${origin}/records/${recordPath(record)}` },
  }));
}

function ambiguous(text: string, choices: readonly Choice[]): ApiProblem {
  const names = choices.slice(0, 5).map(({ id }) => id);
  return new ApiProblem(
    300,
    'ambiguous-record',
    `'${shortened(text)}' is the number of ${choices.length} records of different repositories: ask for one of ${names.join(', ')}`,
    { choices },
  );
}

function unknown(text: string, isName: boolean): ApiProblem {
  return new ApiProblem(
    404,
    'unknown-record',
    isName
      ? `there is no record '${shortened(text)}' here: give a record number, a DOI, a record's URL or an OAI identifier; it may not have been harvested yet`
      : `'${shortened(text)}' names no record: give a record number, a DOI, a record's URL or an OAI identifier`,
  );
}

/** The answer for a deleted record describes it; its title is in its history. */
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
