import type { RdmCommunity } from '@thresher/datacite';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/db.ts';
import { toStorable } from '../database/sql-values.ts';

/** Stores what records say of their communities. The last description of a community counts; fields that it omits stay as they are. */
export async function writeCommunities(
  trx: Transaction<Database>,
  sourceId: number,
  communities: readonly RdmCommunity[],
  at: Date,
): Promise<void> {
  const bySlug = new Map(communities.map((it) => [it.slug, it]));
  if (bySlug.size === 0) return;
  const sorted = [...bySlug.values()].toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  await sql`
    insert into public.community as c (source_id, slug, uuid, title, type, website, organizations, funding, description, curation_policy, page, seen_at)
    select ${sourceId}, t.slug, t.uuid, t.title, t.type, t.website, t.organizations, nullif(t.funding, '[]'), t.description, t."curationPolicy", t.page, ${at}
    from json_to_recordset(${JSON.stringify(toStorable(sorted))}::json)
      as t (slug text, uuid text, title text, type text, website text, organizations text[], funding jsonb,
        description text, "curationPolicy" text, page text)
    on conflict (source_id, slug) do update set
      uuid = coalesce(excluded.uuid, c.uuid), title = coalesce(excluded.title, c.title), type = coalesce(excluded.type, c.type),
      website = coalesce(excluded.website, c.website), funding = coalesce(excluded.funding, c.funding),
      description = coalesce(excluded.description, c.description),
      curation_policy = coalesce(excluded.curation_policy, c.curation_policy), page = coalesce(excluded.page, c.page), seen_at = excluded.seen_at,
      organizations = case when excluded.organizations = '{}' then c.organizations else excluded.organizations end
    where c.seen_at <= excluded.seen_at
      and ((c.uuid, c.title, c.type, c.website, c.organizations) is distinct from
          (excluded.uuid, excluded.title, excluded.type, excluded.website, excluded.organizations)
        or (c.funding, c.description, c.curation_policy, c.page) is distinct from (coalesce(excluded.funding, c.funding),
          coalesce(excluded.description, c.description), coalesce(excluded.curation_policy, c.curation_policy), coalesce(excluded.page, c.page)))`.execute(
    trx,
  );
}
