import { type Kysely, sql } from 'kysely';

/**
 * What is computed ahead: each of these takes from a tenth of a second upwards for 100,000 records, so a minute and
 * more for a whole Zenodo. `refreshAnalytics` renews them; the unique index of each lets it do so while others read.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createConcepts(db);
  await createCommunities(db);
  await createLicences(db);
  await createQuality(db);
  await createRefresh(db);
  await grantToReader(db);
}

async function createConcepts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.concept as
    select r.source_id, min(coalesce(r.concept_doi, r.doi, r.oai_identifier)) as concept, r.concept_doi, count(*) as versions,
      (array_agg(r.id order by r.publication_date desc nulls last, r.recid desc nulls last, r.id))[1] as latest_record_id,
      min(r.publication_date) as first_publication_date, max(r.publication_date) as latest_publication_date
    from public.record r where not r.deleted
    group by r.source_id, r.concept_doi, case when r.concept_doi is null then r.id end;
    create unique index concept_latest_idx on analytics.concept (latest_record_id);
    create index concept_doi_idx on analytics.concept using hash (concept_doi);
    comment on materialized view analytics.concept is 'One row a concept: a work with all its versions. A record without a concept DOI is its own.';
    comment on column analytics.concept.source_id is 'The source.';
    comment on column analytics.concept.concept is 'Concept DOI; for a record without one its DOI, else its OAI identifier.';
    comment on column analytics.concept.concept_doi is 'Concept DOI, or null.';
    comment on column analytics.concept.versions is 'How many versions are here.';
    comment on column analytics.concept.latest_record_id is 'The latest: by publication date, then record number. The same that the API gives for a concept DOI.';
    comment on column analytics.concept.first_publication_date is 'Publication date of the first version.';
    comment on column analytics.concept.latest_publication_date is 'Publication date of the latest.';

    create view analytics.latest_version as
    select r.id as record_id, r.source_id, c.concept, c.concept_doi, c.versions, r.oai_identifier, r.doi, r.recid, r.title, r.version, r.publisher, r.publication_date,
      r.publication_year, r.resource_type, r.resource_subtype, r.language, r.access_right, r.datestamp
    from analytics.concept c join public.record r on r.id = c.latest_record_id
    where not r.deleted;
    comment on view analytics.latest_version is 'The latest version of every concept: count here, and no work counts twice.';
    comment on column analytics.latest_version.record_id is 'The record.';
    comment on column analytics.latest_version.source_id is 'The source.';
    comment on column analytics.latest_version.concept is 'Concept DOI; for a record without one its DOI, else its OAI identifier.';
    comment on column analytics.latest_version.concept_doi is 'Concept DOI, or null.';
    comment on column analytics.latest_version.versions is 'How many versions the concept has here.';
    comment on column analytics.latest_version.oai_identifier is 'OAI identifier.';
    comment on column analytics.latest_version.doi is 'DOI of this version.';
    comment on column analytics.latest_version.recid is 'Record number.';
    comment on column analytics.latest_version.title is 'Main title.';
    comment on column analytics.latest_version.version is 'version as written.';
    comment on column analytics.latest_version.publisher is 'Name of the publisher.';
    comment on column analytics.latest_version.publication_date is 'First day of the publication date.';
    comment on column analytics.latest_version.publication_year is 'publicationYear.';
    comment on column analytics.latest_version.resource_type is 'Type.';
    comment on column analytics.latest_version.resource_subtype is 'Subtype.';
    comment on column analytics.latest_version.language is 'Language, ISO 639-3.';
    comment on column analytics.latest_version.access_right is 'Access to the files; null where the source does not say.';
    comment on column analytics.latest_version.datestamp is 'datestamp of the header.';

    create view analytics.record_link as
    select l.record_id, l.position, l.relation_type, l.doi, 'version' as target, t.id as to_record_id
    from public.record_related_identifier l join public.record t on t.doi = l.doi
    where not t.deleted and t.id <> l.record_id
    union all
    select l.record_id, l.position, l.relation_type, l.doi, 'concept', c.latest_record_id
    from public.record_related_identifier l
    join analytics.concept c on c.concept_doi = l.doi
    join public.record r on r.id = l.record_id
    where r.concept_doi is distinct from l.doi;
    comment on view analytics.record_link is 'Links by related identifier where both ends are here. A record''s link to its own concept is left out.';
    comment on column analytics.record_link.record_id is 'The record that links.';
    comment on column analytics.record_link.position is 'Place of the link among its related identifiers.';
    comment on column analytics.record_link.relation_type is 'relationType: how the linking record relates to the other.';
    comment on column analytics.record_link.doi is 'The DOI that is linked to.';
    comment on column analytics.record_link.target is 'version: the DOI of a record; concept: that of all its versions, of which to_record_id is the latest.';
    comment on column analytics.record_link.to_record_id is 'The record that is linked to.';
  `.execute(db);
}

async function createCommunities(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.community_month as
    select source_id, community, month, sum(deposited)::bigint as deposited, sum(published)::bigint as published
    from (
      select d.source_id, c.community, date_trunc('month', d.deposited_by at time zone 'UTC')::date as month, 1 as deposited, 0 as published
      from public.record_community c join analytics.deposit d on d.record_id = c.record_id
      union all
      select r.source_id, c.community, date_trunc('month', r.publication_date::timestamp)::date, 0, 1
      from public.record_community c join public.record r on r.id = c.record_id
      where not r.deleted and r.publication_date is not null
    ) both_ways
    where month is not null
    group by source_id, community, month;
    create unique index community_month_idx on analytics.community_month (community, source_id, month);
    comment on materialized view analytics.community_month is 'Growth of communities: records of each month.';
    comment on column analytics.community_month.source_id is 'The source.';
    comment on column analytics.community_month.community is 'Slug of the community.';
    comment on column analytics.community_month.month is 'First day of the month (UTC).';
    comment on column analytics.community_month.deposited is 'Records deposited by then and not earlier: see deposit. 0 for sources other than Zenodo.';
    comment on column analytics.community_month.published is 'Records whose publication date is in the month.';
  `.execute(db);
}

async function createLicences(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.licence_year as
    select r.source_id, r.publication_year, l.spdx, coalesce(l.is_open, false) as is_open, l.record_id is not null as is_licensed, count(distinct r.id) as records
    from public.record r left join analytics.record_licence l on l.record_id = r.id
    where not r.deleted
    group by r.source_id, r.publication_year, l.spdx, l.is_open, l.record_id is not null;
    create unique index licence_year_idx on analytics.licence_year (source_id, publication_year, spdx, is_licensed);
    comment on materialized view analytics.licence_year is 'Licences by publication year. A record with two licences is in two rows.';
    comment on column analytics.licence_year.source_id is 'The source.';
    comment on column analytics.licence_year.publication_year is 'publicationYear.';
    comment on column analytics.licence_year.spdx is 'SPDX id; null for a licence without one, and if there is none.';
    comment on column analytics.licence_year.is_open is 'Whether it permits any use: see is_open_licence.';
    comment on column analytics.licence_year.is_licensed is 'False in the rows that count records without any licence.';
    comment on column analytics.licence_year.records is 'Records.';
  `.execute(db);
}

async function createQuality(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.metadata_quality as
    with quality as materialized (select * from analytics.record_quality)
    select q.source_id, c.community, q.publication_year, count(*) as records,
      count(*) filter (where has_description) as with_description, count(*) filter (where has_subject) as with_subject,
      count(*) filter (where has_licence) as with_licence, count(*) filter (where has_open_licence) as with_open_licence,
      count(*) filter (where has_orcid) as with_orcid, count(*) filter (where has_ror) as with_ror, count(*) filter (where has_funding) as with_funding,
      count(*) filter (where has_link) as with_link, count(*) filter (where has_language) as with_language,
      count(*) filter (where has_error) as with_error, count(*) filter (where has_warning) as with_warning, avg(score)::double precision as score
    from quality q
    join (
      select record_id, community from public.record_community
      union all select record_id, null from quality
    ) c on c.record_id = q.record_id
    group by q.source_id, c.community, q.publication_year;
    create unique index metadata_quality_idx on analytics.metadata_quality (community, source_id, publication_year);
    comment on materialized view analytics.metadata_quality is 'Metadata quality by source, community and publication year: how many records have what.';
    comment on column analytics.metadata_quality.source_id is 'The source.';
    comment on column analytics.metadata_quality.community is 'Slug of the community; null in the rows that count all records of the source, each once.';
    comment on column analytics.metadata_quality.publication_year is 'publicationYear.';
    comment on column analytics.metadata_quality.records is 'Records.';
    comment on column analytics.metadata_quality.with_description is 'With a description.';
    comment on column analytics.metadata_quality.with_subject is 'With a keyword or subject.';
    comment on column analytics.metadata_quality.with_licence is 'With any licence.';
    comment on column analytics.metadata_quality.with_open_licence is 'With an open licence.';
    comment on column analytics.metadata_quality.with_orcid is 'With the ORCID iD of a creator.';
    comment on column analytics.metadata_quality.with_ror is 'With the ROR id of an affiliation.';
    comment on column analytics.metadata_quality.with_funding is 'With a funding reference.';
    comment on column analytics.metadata_quality.with_link is 'With a related identifier that a person gave.';
    comment on column analytics.metadata_quality.with_language is 'With a language.';
    comment on column analytics.metadata_quality.with_error is 'With an issue of severity error.';
    comment on column analytics.metadata_quality.with_warning is 'With an issue of severity warning.';
    comment on column analytics.metadata_quality.score is 'Mean score of record_quality, from 0 to 1.';

    create view analytics.community as
    select source_id, community, sum(records)::bigint as records, min(publication_year) as first_year, max(publication_year) as last_year,
      sum(score * records) / sum(records) as score
    from analytics.metadata_quality where community is not null
    group by source_id, community;
    comment on view analytics.community is 'Communities with their size and the quality of their metadata.';
    comment on column analytics.community.source_id is 'The source.';
    comment on column analytics.community.community is 'Slug of the community.';
    comment on column analytics.community.records is 'Records.';
    comment on column analytics.community.first_year is 'First publication year.';
    comment on column analytics.community.last_year is 'Last publication year.';
    comment on column analytics.community.score is 'Mean score of record_quality, from 0 to 1.';
  `.execute(db);
}

async function createRefresh(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table analytics.refresh (
      view_name text primary key,
      refreshed_at timestamptz not null,
      took interval not null,
      changed_until timestamptz
    );
    comment on table analytics.refresh is 'When the materialised views were last renewed. They are as old as that.';
    comment on column analytics.refresh.view_name is 'Name of the view.';
    comment on column analytics.refresh.refreshed_at is 'When.';
    comment on column analytics.refresh.took is 'How long it took.';
    comment on column analytics.refresh.changed_until is 'The latest changed_at of any record then; null: there was none.';
  `.execute(db);
}

/** The role may be missing where this user could not make it. */
async function grantToReader(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$
    begin
      grant usage on schema analytics to thresher_reader;
      grant select on all tables in schema analytics to thresher_reader;
      alter default privileges in schema analytics grant select on tables to thresher_reader;
    exception
      when insufficient_privilege or undefined_object then
        raise notice 'thresher_reader was not given schema analytics';
    end $$;
  `.execute(db);
}
