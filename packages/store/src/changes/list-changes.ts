import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { asMicros, fromMicros, type Micros, settledUntil } from '../database/settled.ts';
import { uniqueName } from '../database/unique-name.ts';

/** One step in the life of a record: it was first stored (`revision` 0), or a new revision replaced the one of that number. */
export interface RecordStep extends StepPlace {
  readonly sourceId: number;
  readonly sourceName: string;
  /** What names the record and no other. */
  readonly uniqueName: string;
  readonly oaiIdentifier: string;
  readonly recid: number | null;
  readonly doi: string | null;
  /** The present title, even if it was different then; null for a tombstone. */
  readonly title: string | null;
  /** Null for the first step. */
  readonly before: RecordState | null;
  readonly after: RecordState;
  /** As in `record_history.changed_paths`; empty for the first step. */
  readonly paths: readonly string[];
}

/** The order of steps; no two share a place. */
export interface StepPlace {
  readonly at: Micros;
  readonly recordId: number;
  readonly revision: number;
}

/** The place after all that happened before an instant, and before what happened at it. */
export const placeBefore = (at: Micros): StepPlace => ({ at: Math.max(0, at - 1), recordId: Number.MAX_SAFE_INTEGER, revision: 0 });

/** The state of a record before or after a step, as far as clients follow it. */
export interface RecordState {
  readonly deleted: boolean;
  /** Slugs. */
  readonly communities: readonly string[];
}

export interface StepsRead {
  readonly steps: readonly RecordStep[];
  /** All steps before this instant are in the answer, or lie beyond the limit. */
  readonly settledUntil: Micros;
}

interface Row {
  at: Micros;
  record_id: number;
  revision: number;
  source_id: number;
  source_name: string;
  unique_name: string;
  oai_identifier: string;
  recid: number | null;
  doi: string | null;
  title: string | null;
  paths: string[];
  was_deleted: boolean;
  was_in: string[] | null;
  deleted: boolean;
  communities: string[] | null;
}

export interface StepRequest {
  /** The steps after this place; null begins. */
  readonly after: StepPlace | null;
  readonly limit: number;
  /** Only steps of records that are in one of these communities before or after it; null: all. */
  readonly communities?: readonly string[] | null;
}

/**
 * The next steps after a place, in order. No step is skipped even while others write, since only changes before the instant up to
 * which everything is committed are read.
 */
export async function listSteps(db: Kysely<Database>, { after, limit, communities = null }: StepRequest): Promise<StepsRead> {
  const settled = await settledUntil(db);
  const places = { after: after ?? { at: 0, recordId: 0, revision: 0 }, settled, limit };
  const { rows } = await sql<Row>`
    with step as (${communities === null ? placesOfAll(places) : placesOf(communities, places)})
    select ${asMicros(sql`step.at`)} as at, step.record_id, step.revision, r.source_id, o.name as source_name, ${uniqueName} as unique_name, r.oai_identifier, r.recid, r.doi, r.title,
      coalesce(old.changed_paths, '{}') as paths, coalesce(old.deleted, false) as was_deleted, old.metadata -> 'communities' as was_in,
      coalesce(next.deleted, r.deleted) as deleted,
      case when next.revision is null
        then (select jsonb_agg(c.community order by c.position) from public.record_community c where c.record_id = r.id)
        else next.metadata -> 'communities' end as communities
    from step
    join public.record r on r.id = step.record_id
    join harvest.source o on o.id = r.source_id
    left join public.record_history old on old.record_id = step.record_id and old.revision = step.revision
    left join lateral (
      select n.revision, n.deleted, n.metadata from public.record_history n
      where n.record_id = step.record_id and n.revision > step.revision order by n.revision limit 1) next on true
    order by step.at, step.record_id, step.revision
  `.execute(db);
  return { steps: rows.map(toStep), settledUntil: settled };
}

interface Places {
  readonly after: StepPlace;
  readonly settled: Micros;
  readonly limit: number;
}

/** The first step of a record is its row, the others are its history. */
function placesOfAll({ after: { at, recordId, revision }, settled, limit }: Places): RawBuilder<unknown> {
  return sql`
    (select r.first_seen_at as at, r.id as record_id, 0 as revision from public.record r
      where r.first_seen_at < ${fromMicros(settled)} and (r.first_seen_at, r.id) > (${fromMicros(at)}, ${recordId})
      order by r.first_seen_at, r.id limit ${limit})
    union all
    (select h.replaced_at as at, h.record_id, h.revision from public.record_history h
      where h.replaced_at < ${fromMicros(settled)} and (h.replaced_at, h.record_id, h.revision) > (${fromMicros(at)}, ${recordId}, ${revision})
      order by h.replaced_at, h.record_id, h.revision limit ${limit})
    order by at, record_id, revision limit ${limit}`;
}

/**
 * Reads only as many rows of each community as are needed, however many other records there are. Records of a source that is being
 * removed are skipped.
 */
function placesOf(communities: readonly string[], { after: { at, recordId, revision }, settled, limit }: Places): RawBuilder<unknown> {
  return sql`
    select distinct n.at, n.record_id, n.revision
    from (select distinct unnest(${communities}::text[])) c (community) cross join lateral (
      select s.at, s.record_id, s.revision
      from harvest.community_step s join public.record r on r.id = s.record_id
      where s.community = c.community and s.at < ${fromMicros(settled)}
        and (s.at, s.record_id, s.revision) > (${fromMicros(at)}, ${recordId}, ${revision})
      order by s.at, s.record_id, s.revision limit ${limit}) n
    order by n.at, n.record_id, n.revision limit ${limit}`;
}

function toStep(row: Row): RecordStep {
  return {
    at: row.at,
    recordId: row.record_id,
    revision: row.revision,
    sourceId: row.source_id,
    sourceName: row.source_name,
    uniqueName: row.unique_name,
    oaiIdentifier: row.oai_identifier,
    recid: row.recid,
    doi: row.doi,
    title: row.title,
    before: row.revision === 0 ? null : { deleted: row.was_deleted, communities: row.was_in ?? [] },
    after: { deleted: row.deleted, communities: row.communities ?? [] },
    paths: row.paths,
  };
}
