import { type Kysely, sql } from 'kysely';
import type { Database, Db } from '../database/db.ts';
import { type RecordKey, type StoredRecordView, toView, viewColumns, type ViewRow } from './find-record.ts';
import { prepared } from '../database/prepared.ts';

/** The records under many keys, each as `findRecord` would find it and in the order of the keys, in one statement. */
export async function findRecords(db: Db, keys: readonly RecordKey[]): Promise<(StoredRecordView | null)[]> {
  if (keys.length === 0) return [];
  const wanted = JSON.stringify(keys.map((key, number) => ({ number, ...key })));
  // A branch a key, so that each goes to its own index.
  const statement = sql<ViewRow & { wanted: number }>`
    with wanted as materialized (
      select * from jsonb_to_recordset(${wanted}::jsonb) as w (number int, recid bigint, doi text, "conceptDoi" text, "oaiIdentifier" text)
    ), found as (
      select w.number, r.id, r.deleted, r.publication_date, r.recid from wanted w join public.record r on r.recid = w.recid
      union all
      select w.number, r.id, r.deleted, r.publication_date, r.recid from wanted w join public.record r on r.doi = w.doi
      union all
      select w.number, r.id, r.deleted, r.publication_date, r.recid from wanted w join public.record r on r.concept_doi = w."conceptDoi"
      union all
      select w.number, r.id, r.deleted, r.publication_date, r.recid from wanted w join public.record r on r.oai_identifier = w."oaiIdentifier"
    ), best as (
      select distinct on (number) number, id from found order by number, deleted, publication_date desc nulls last, recid desc nulls last, id
    )
    select b.number as wanted, ${viewColumns} from best b join public.record r on r.id = b.id`;
  const rows = await prepared(db, statement);
  const byNumber = new Map(rows.map((row) => [row.wanted, toView(row)]));
  return keys.map((_, number) => byNumber.get(number) ?? null);
}

/** The place of a record among the versions of its concept from the same source. */
export interface VersionPlace {
  /** From 1, the oldest. */
  readonly index: number;
  readonly count: number;
  readonly isLatest: boolean;
}

/** The places of these records, by recordId; tombstones have none. */
export async function versionPlaces(db: Kysely<Database>, recordIds: readonly number[]): Promise<Map<number, VersionPlace>> {
  const { rows } = await sql<VersionPlace & { id: number }>`
    select p.id, p.index, p.count, p.index = p.count as "isLatest" from (
      select v.id, row_number() over concept as index, count(*) over (partition by v.source_id, v.concept_doi, v.alone) as count
      from (
        select r.id, r.source_id, r.concept_doi, null::bigint as alone, r.publication_date, r.recid from public.record r
        where not r.deleted and (r.source_id, r.concept_doi) in (
          select source_id, concept_doi from public.record where id = any(${recordIds}) and concept_doi is not null)
        union all
        select r.id, r.source_id, null, r.id, null, null from public.record r
        where r.id = any(${recordIds}) and not r.deleted and r.concept_doi is null) v
      window concept as (partition by v.source_id, v.concept_doi, v.alone order by v.publication_date nulls first, v.recid nulls first, v.id desc)
    ) p where p.id = any(${recordIds})
  `.execute(db);
  return new Map(rows.map(({ id, index, count, isLatest }) => [id, { index, count, isLatest }]));
}
