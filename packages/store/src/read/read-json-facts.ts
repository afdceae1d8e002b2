import type { RdmAward, RdmCommunity, RdmCreatorRole, RdmReference } from '@thresher/datacite';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** An award as the JSON of a record describes it, in the order of the source. */
export type AwardFacts = Omit<RdmAward, 'position'>;

/** The facts of a record: what InvenioRDM's JSON has and OAI-PMH does not, without files and statistics. Null: not stated. */
export interface JsonFacts {
  /** As of when, ISO 8601. */
  readonly asOf: string;
  /** As the source sends it. */
  readonly descriptionHtml: string | null;
  /** ISO 8601. */
  readonly createdAt: string | null;
  /** From 1. */
  readonly versionIndex: number | null;
  readonly swhid: string | null;
  /** `YYYY-MM-DD`; may lie in the past. */
  readonly embargoUntil: string | null;
  /** open, embargoed, restricted or metadata-only. */
  readonly accessStatus: string | null;
  readonly references: readonly RdmReference[];
  /** ISO 639-3, all of them. */
  readonly languages: readonly string[];
  /** In the order of the source. */
  readonly awards: readonly AwardFacts[];
  readonly creatorRoles: readonly RdmCreatorRole[];
  /** Every value of every field, in the order of the source, as it came. */
  readonly customFields: Readonly<Record<string, readonly unknown[]>>;
  /** Names of the fields among them that are lists, also with one value; fields that an older version wrote are missing. */
  readonly customLists: readonly string[];
}

export interface ToldFacts {
  /** Null if the record came by OAI-PMH only. */
  readonly facts: JsonFacts | null;
  /** Those of its communities that are described in the JSON of any record. */
  readonly communities: readonly RdmCommunity[];
}

interface Row {
  readonly id: number;
  readonly facts: Omit<JsonFacts, 'customFields' | 'customLists'> | null;
  readonly custom: readonly { readonly field: string; readonly json: unknown; readonly inList: boolean | null }[] | null;
  readonly communities: readonly RdmCommunity[] | null;
}

/** The facts of these records, by recordId. One statement. */
export async function readJsonFacts(db: Kysely<Database>, recordIds: readonly number[]): Promise<Map<number, ToldFacts>> {
  if (recordIds.length === 0) return new Map();
  const { rows } = await sql<Row>`
    select r.id, case when r.facts_at is not null then json_build_object(
      'asOf', ${isoInstant(sql`r.facts_at`)}, 'descriptionHtml', r.description_html, 'createdAt', ${isoInstant(sql`r.created_at`)},
      'versionIndex', r.version_index, 'swhid', r.swhid, 'embargoUntil', to_char(r.embargo_until, 'YYYY-MM-DD'), 'accessStatus', r.access_status,
      'references', coalesce((select json_agg(json_build_object('reference', f.reference, 'identifier', f.identifier, 'scheme', f.scheme) order by f.position)
        from public.record_reference f where f.record_id = r.id), '[]'),
      'languages', coalesce((select json_agg(l.language order by l.position) from public.record_language l where l.record_id = r.id), '[]'),
      'awards', coalesce((select json_agg(json_build_object('funderId', a.funder_id, 'funderName', a.funder_name, 'awardId', a.award_id,
          'number', a.award_number, 'title', a.title, 'titleLanguage', a.title_language,
          'acronym', a.acronym, 'program', a.program, 'url', a.url, 'doi', a.doi) order by a.position)
        from public.record_award a where a.record_id = r.id), '[]'),
      'creatorRoles', coalesce((select json_agg(json_build_object('position', p.position, 'name', p.name, 'role', p.role) order by p.position)
        from public.record_creator_role p where p.record_id = r.id), '[]')) end as facts,
      case when r.facts_at is not null then (
        select json_agg(json_build_object('field', c.field, 'json', c.json, 'inList', c.in_list) order by c.field, c.position)
        from public.record_custom_field c where c.record_id = r.id) end as custom,
      (select json_agg(json_build_object('slug', k.slug, 'uuid', k.uuid, 'title', k.title, 'type', k.type, 'website', k.website,
          'organizations', k.organizations, 'funding', coalesce(k.funding, '[]'), 'description', k.description,
          'curationPolicy', k.curation_policy, 'page', k.page) order by m.position)
        from public.record_community m join public.community k on k.source_id = r.source_id and k.slug = m.community where m.record_id = r.id) as communities
    from public.record r where r.id = any(${recordIds})`.execute(db);
  return new Map(rows.map((row) => [row.id, toTold(row)]));
}

const isoInstant = (column: ReturnType<typeof sql>) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

function toTold({ facts, custom, communities }: Row): ToldFacts {
  const byField = Map.groupBy(custom ?? [], ({ field }) => field);
  const customFields = Object.fromEntries([...byField].map(([field, values]) => [field, values.map(({ json }) => json)]));
  const customLists = [...new Set((custom ?? []).filter(({ inList }) => inList).map(({ field }) => field))];
  return { facts: facts && { ...facts, customFields, customLists }, communities: communities ?? [] };
}
