import { type Kysely, sql } from 'kysely';

/**
 * Views of people, organisations, communities and growth. `person`, `organisation`, `community_overlap` and `growth` are computed ahead,
 * each in one pass over its list; `collaboration`, `co_author` and `version_gap` are read by an index for one organisation, person or
 * work, and read everything only when they are asked for everything.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createPeople(db);
  await createOrganisations(db);
  await createCommunities(db);
  await createGrowth(db);
  await createVersionGaps(db);
}

async function createPeople(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.person as
    select c.orcid, mode() within group (order by c.name) as name, array_agg(distinct c.name order by c.name) as spellings,
      count(distinct coalesce(r.concept_doi, r.doi, r.oai_identifier)) as works, count(distinct r.id) as records,
      min(r.publication_year) as first_year, max(r.publication_year) as last_year
    from public.record_creator c join public.record r on r.id = c.record_id
    where c.orcid is not null and not r.deleted
    group by c.orcid;
    create unique index person_orcid_idx on analytics.person (orcid);
    create index person_works_idx on analytics.person (works desc);
    comment on materialized view analytics.person is 'One row a person: creators with the same ORCID iD, of all sources.';
    comment on column analytics.person.orcid is 'Bare ORCID iD.';
    comment on column analytics.person.name is 'The spelling that most records use.';
    comment on column analytics.person.spellings is 'All spellings of the name.';
    comment on column analytics.person.works is 'Works, each with all its versions counted once; a work that two sources have counts once if it has the same DOI.';
    comment on column analytics.person.records is 'Records, each version counted.';
    comment on column analytics.person.first_year is 'Publication year of the first record.';
    comment on column analytics.person.last_year is 'Publication year of the last record.';

    create view analytics.co_author as
    select a.orcid, b.orcid as other_orcid, mode() within group (order by b.name) as other_name,
      count(distinct coalesce(r.concept_doi, r.doi, r.oai_identifier)) as works, min(r.publication_year) as first_year, max(r.publication_year) as last_year
    from public.record_creator a join public.record_creator b on b.record_id = a.record_id and b.orcid <> a.orcid
      join public.record r on r.id = a.record_id
    where a.orcid is not null and not r.deleted
    group by a.orcid, b.orcid;
    comment on view analytics.co_author is 'People who are creators of the same works, each pair in both directions. Asked for one orcid it reads only the records of that person.';
    comment on column analytics.co_author.orcid is 'Bare ORCID iD of the person.';
    comment on column analytics.co_author.other_orcid is 'Bare ORCID iD of the other one.';
    comment on column analytics.co_author.other_name is 'Usual name of the other one.';
    comment on column analytics.co_author.works is 'Works of both.';
    comment on column analytics.co_author.first_year is 'Publication year of the first of them.';
    comment on column analytics.co_author.last_year is 'Publication year of the last of them.';
  `.execute(db);
}

async function createOrganisations(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.organisation as
    select a.ror, mode() within group (order by a.name) as name, array_agg(distinct a.name order by a.name) filter (where a.name is not null) as spellings,
      count(distinct coalesce(r.concept_doi, r.doi, r.oai_identifier)) as works, count(distinct r.id) as records, count(distinct c.orcid) as people,
      min(r.publication_year) as first_year, max(r.publication_year) as last_year
    from public.record_affiliation a join public.record r on r.id = a.record_id
      left join public.record_creator c on c.record_id = a.record_id and c.position = a.person_position
    where a.ror is not null and a.role = 'creator' and not r.deleted
    group by a.ror;
    create unique index organisation_ror_idx on analytics.organisation (ror);
    create index organisation_works_idx on analytics.organisation (works desc);
    comment on materialized view analytics.organisation is 'One row an organisation: affiliations of creators with the same ROR id, of all sources.';
    comment on column analytics.organisation.ror is 'Bare ROR id.';
    comment on column analytics.organisation.name is 'The spelling that most affiliations use.';
    comment on column analytics.organisation.spellings is 'All spellings of the name.';
    comment on column analytics.organisation.works is 'Works, each with all its versions counted once.';
    comment on column analytics.organisation.records is 'Records, each version counted.';
    comment on column analytics.organisation.people is 'Its creators that have an ORCID iD.';
    comment on column analytics.organisation.first_year is 'Publication year of the first record.';
    comment on column analytics.organisation.last_year is 'Publication year of the last record.';

    create view analytics.collaboration as
    select a.ror, b.ror as other_ror, mode() within group (order by b.name) as other_name,
      count(distinct coalesce(r.concept_doi, r.doi, r.oai_identifier)) as works, min(r.publication_year) as first_year, max(r.publication_year) as last_year
    from public.record_affiliation a join public.record_affiliation b on b.record_id = a.record_id and b.role = a.role and b.ror <> a.ror
      join public.record r on r.id = a.record_id
    where a.ror is not null and a.role = 'creator' and not r.deleted
    group by a.ror, b.ror;
    comment on view analytics.collaboration is 'Organisations whose people created the same works, each pair in both directions. Asked for one ror it reads only the records of that organisation.';
    comment on column analytics.collaboration.ror is 'Bare ROR id of the organisation.';
    comment on column analytics.collaboration.other_ror is 'Bare ROR id of the other one.';
    comment on column analytics.collaboration.other_name is 'Usual name of the other one.';
    comment on column analytics.collaboration.works is 'Works of both.';
    comment on column analytics.collaboration.first_year is 'Publication year of the first of them.';
    comment on column analytics.collaboration.last_year is 'Publication year of the last of them.';
  `.execute(db);
}

async function createCommunities(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.community_overlap as
    select a.community, b.community as other_community, count(*) as records
    from public.record_community a join public.record_community b on b.record_id = a.record_id and b.community <> a.community
      join public.record r on r.id = a.record_id
    where not r.deleted
    group by a.community, b.community;
    create unique index community_overlap_idx on analytics.community_overlap (community, other_community);
    comment on materialized view analytics.community_overlap is 'Communities that have records in common, each pair in both directions.';
    comment on column analytics.community_overlap.community is 'Slug of a community.';
    comment on column analytics.community_overlap.other_community is 'Slug of another one.';
    comment on column analytics.community_overlap.records is 'Records in both, each version counted.';
  `.execute(db);
}

async function createGrowth(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.growth as
    select r.source_id, r.publication_year, r.resource_type, r.resource_subtype, r.access_right, r.language, count(*) as records,
      count(*) filter (where r.is_latest_version) as works
    from public.record r where not r.deleted
    group by r.source_id, r.publication_year, r.resource_type, r.resource_subtype, r.access_right, r.language;
    create unique index growth_idx on analytics.growth (source_id, publication_year, resource_type, resource_subtype, access_right, language) nulls not distinct;
    comment on materialized view analytics.growth is 'Records by source, publication year, type, access and language: sum them up for each of these.';
    comment on column analytics.growth.source_id is 'The source.';
    comment on column analytics.growth.publication_year is 'publicationYear.';
    comment on column analytics.growth.resource_type is 'Type.';
    comment on column analytics.growth.resource_subtype is 'Subtype.';
    comment on column analytics.growth.access_right is 'Access to the files; null if the source does not say.';
    comment on column analytics.growth.language is 'Language, ISO 639-3.';
    comment on column analytics.growth.records is 'Records, each version counted.';
    comment on column analytics.growth.works is 'Latest versions.';
  `.execute(db);
}

async function createVersionGaps(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.version_gap as
    select v.record_id, v.source_id, v.concept_doi, v.version_number, v.publication_date,
      lag(v.publication_date) over chain as previous_publication_date, v.publication_date - lag(v.publication_date) over chain as days
    from analytics.version v where v.concept_doi is not null
    window chain as (partition by v.source_id, v.concept_doi order by v.version_number);
    comment on view analytics.version_gap is 'Versions of works with the days since the version before. Asked for one concept_doi it reads only that chain.';
    comment on column analytics.version_gap.record_id is 'The record.';
    comment on column analytics.version_gap.source_id is 'The source.';
    comment on column analytics.version_gap.concept_doi is 'Concept DOI of the work.';
    comment on column analytics.version_gap.version_number is '1 for the first.';
    comment on column analytics.version_gap.publication_date is 'First day of its publication date.';
    comment on column analytics.version_gap.previous_publication_date is 'The same of the version before; null for the first.';
    comment on column analytics.version_gap.days is 'Days between the two; null for the first, or if one has no date.';
  `.execute(db);
}
