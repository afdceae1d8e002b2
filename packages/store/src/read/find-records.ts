import { type Kysely, sql } from 'kysely';
import type { Database, Db } from '../database/db.ts';
import { prepared } from '../database/prepared.ts';
import { type RecordKey, type StoredRecordView, toView, viewColumns, type ViewRow } from './record-view.ts';

/** Maximum number of records per name; further ones are left out. */
const MAX_CHOICES = 20;

/**
 * The records under each name. A name is a list of keys in steps: those of the first step that leads anywhere count. More than
 * one record means that the name is ambiguous: several OAI identifiers share the number. Copies of one OAI identifier in
 * several sources are one record: a live one goes before a tombstone, then the latest version (publication date, record
 * number), which is also what a DOI and a concept DOI stand for. One statement for all names.
 */
export async function findRecords(db: Db, names: readonly (readonly (readonly RecordKey[])[])[]): Promise<StoredRecordView[][]> {
  const keys = names.flatMap((steps, number) => steps.flatMap((step, rank) => step.map((key) => ({ number, rank, ...key }))));
  if (keys.length === 0) return names.map(() => []);
  // One branch per key, so that each uses its own index.
  const statement = sql<ViewRow & { wanted: number }>`
    with wanted as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
        as w (number int, rank int, recid bigint, doi text, "conceptDoi" text, "oaiIdentifier" text, source text, host text)
    ), found as (
      select w.number, w.rank, r.id, r.oai_identifier as one from wanted w join public.record r on r.recid = w.recid
        join harvest.source s on s.id = r.source_id
        where (w.source is null or s.name = w.source)
          and (w.host is null or lower(substring(s.base_url from '^[a-zA-Z]+://(?:www\\.)?([^/:?#]+)')) = w.host)
      union all
      select w.number, w.rank, r.id, '' from wanted w join public.record r on r.doi = w.doi
      union all
      select w.number, w.rank, r.id, '' from wanted w join public.record r on r.concept_doi = w."conceptDoi"
      union all
      select w.number, w.rank, r.id, r.oai_identifier from wanted w join public.record r on r.oai_identifier = w."oaiIdentifier"
        join harvest.source s on s.id = r.source_id where w.source is null or s.name = w.source
    ), nearest as (
      select f.*, min(f.rank) over (partition by f.number) as best from found f
    ), distinct_records as (
      select distinct on (n.number, n.one) n.number, n.id from nearest n join public.record r on r.id = n.id where n.rank = n.best
      order by n.number, n.one, r.deleted, r.publication_date desc nulls last, r.recid desc nulls last, r.id
    ), choice as (
      select d.number, d.id, row_number() over (partition by d.number order by d.id) as place from distinct_records d
    )
    select c.number as wanted, ${viewColumns} from choice c join public.record r on r.id = c.id
    where c.place <= ${MAX_CHOICES} order by c.number, c.id`;
  const found = Map.groupBy(await prepared(db, statement), (row) => row.wanted);
  return names.map((_, number) => (found.get(number) ?? []).map(toView));
}

/** The record under one key; the first of them where the key is ambiguous, null when there is none. */
export async function findRecord(db: Db, key: RecordKey): Promise<StoredRecordView | null> {
  const [records] = await findRecords(db, [[[key]]]);
  return records?.[0] ?? null;
}

/** The place of a record among the versions of its concept from the same source. */
export interface VersionPlace {
  /** From 1, the oldest. */
  readonly index: number;
  readonly count: number;
  readonly isLatest: boolean;
  /** Number of the latest version; null if it has none. */
  readonly latestRecid: number | null;
}

/** The places of these records, by recordId; tombstones have none. */
export async function versionPlaces(db: Kysely<Database>, recordIds: readonly number[]): Promise<Map<number, VersionPlace>> {
  const { rows } = await sql<VersionPlace & { id: number }>`
    select p.id, p.index, p.count, p.index = p.count as "isLatest", p.latest as "latestRecid" from (
      select v.id, row_number() over concept as index, count(*) over (partition by v.source_id, v.concept_doi, v.alone) as count,
        last_value(v.recid) over (concept rows between unbounded preceding and unbounded following) as latest
      from (
        select r.id, r.source_id, r.concept_doi, null::bigint as alone, r.publication_date, r.recid from public.record r
        where not r.deleted and (r.source_id, r.concept_doi) in (
          select source_id, concept_doi from public.record where id = any(${recordIds}) and concept_doi is not null)
        union all
        select r.id, r.source_id, null, r.id, null, r.recid from public.record r
        where r.id = any(${recordIds}) and not r.deleted and r.concept_doi is null) v
      window concept as (partition by v.source_id, v.concept_doi, v.alone order by v.publication_date nulls first, v.recid nulls first, v.id desc)
    ) p where p.id = any(${recordIds})
  `.execute(db);
  return new Map(rows.map(({ id, ...place }) => [id, place]));
}
