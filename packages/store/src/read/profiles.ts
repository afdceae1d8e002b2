import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** A person as their records show them. */
export interface PersonView {
  readonly orcid: string;
  readonly name: string;
  readonly spellings: readonly string[];
  readonly records: number;
  readonly firstYear: number | null;
  readonly lastYear: number | null;
  readonly coAuthors: readonly { readonly orcid: string; readonly name: string; readonly works: number }[];
}

/** An organisation as the affiliations of creators show it. */
export interface OrganisationView {
  readonly ror: string;
  readonly name: string;
  readonly spellings: readonly string[];
  readonly partners: readonly { readonly ror: string; readonly name: string; readonly works: number }[];
}

const OTHERS = 15;
/** Large organisations have 100,000 records: names and partners are taken from this number of them. */
const SAMPLED = 20_000;

/** The person with that ORCID iD, out of the records of that person; null if there is none. */
export async function readPerson(db: Kysely<Database>, orcid: string): Promise<PersonView | null> {
  const { rows } = await sql<Omit<PersonView, 'name' | 'orcid'> & { name: string | null }>`
    with own as (
      select c.name, r.id, r.publication_year from public.record_creator c join public.record r on r.id = c.record_id
      where c.orcid = ${orcid} and not r.deleted
    )
    select mode() within group (order by name) as name, coalesce(array_agg(distinct name), '{}') as spellings, count(distinct id)::int as records,
      min(publication_year) as "firstYear", max(publication_year) as "lastYear",
      (select coalesce(json_agg(o), '[]') from (
        select other_orcid as orcid, other_name as name, works from analytics.co_author where orcid = ${orcid} order by works desc, other_orcid limit ${OTHERS}
      ) o) as "coAuthors"
    from own`.execute(db);
  const [found] = rows;
  return found === undefined || found.name === null ? null : { ...found, orcid, name: found.name };
}

/** The organisation with that ROR id; null if no creator here is of it. */
export async function readOrganisation(db: Kysely<Database>, ror: string): Promise<OrganisationView | null> {
  const { rows } = await sql<Omit<OrganisationView, 'name' | 'ror'> & { name: string | null; known: boolean }>`
    with own as materialized (
      select a.record_id, a.name from public.record_affiliation a join public.record r on r.id = a.record_id
      where a.ror = ${ror} and a.role = 'creator' and not r.deleted and r.is_latest_version limit ${SAMPLED}
    )
    select count(*) > 0 as known, mode() within group (order by name) as name,
      coalesce(array_agg(distinct name) filter (where name is not null), '{}') as spellings,
      (select coalesce(json_agg(o), '[]') from (
        select b.ror, coalesce(mode() within group (order by b.name), b.ror) as name, count(distinct b.record_id) as works
        from (select distinct record_id from own) o join public.record_affiliation b on b.record_id = o.record_id
        where b.role = 'creator' and b.ror <> ${ror} group by b.ror order by works desc, b.ror limit ${OTHERS}
      ) o) as partners
    from own`.execute(db);
  const [found] = rows;
  return found === undefined || !found.known
    ? null
    : { ror, name: found.name ?? ror, spellings: found.spellings, partners: found.partners };
}
