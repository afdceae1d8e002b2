import { type Kysely, sql } from 'kysely';

/**
 * Schema `analytics`: views that answer the usual questions without a join puzzle. Here are those that cost nothing to
 * keep; what is computed ahead follows in the next migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create schema analytics;
    comment on schema analytics is 'Views for people who ask questions. Tombstones are left out everywhere but in vanished and record_as_of.';
  `.execute(db);
  await createWords(db);
  await createVersions(db);
  await createPeople(db);
  await createQuality(db);
  await createIssues(db);
  await createPast(db);
}

async function createWords(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function analytics.is_open_licence(spdx text) returns boolean
    language sql immutable strict parallel safe
    return spdx ~ '^(CC0|CC-PDM|CC-BY-[0-9]|CC-BY-SA-|PDDL|ODC-By|ODbL|etalab|OGL|0BSD|A?GPL|AFL|Apache|Artistic|BSD|BSL|CECILL|CERN-OHL|ECL|EPL|EUPL|ISC|LGPL|LPPL|MIT|MPL|MS-PL|MulanPSL|NCSA|OFL|OSL|PostgreSQL|PSF|Python|UPL|Unlicense|WTFPL|Zlib)';
    comment on function analytics.is_open_licence(text) is 'Whether an SPDX id names a licence that permits any use, commercial use and changes included (Open Definition, OSI). Creative Commons with NC or ND does not.';

    create view analytics.source as
    select s.id as source_id, s.name, s.base_url, s.repository_name, s.earliest_datestamp, s.deleted_record
    from harvest.source s;
    comment on view analytics.source is 'The repositories that are harvested.';
    comment on column analytics.source.source_id is 'What the other tables call source_id.';
    comment on column analytics.source.name is 'Short name, used on the command line.';
    comment on column analytics.source.base_url is 'baseURL of its OAI-PMH endpoint.';
    comment on column analytics.source.repository_name is 'repositoryName of Identify.';
    comment on column analytics.source.earliest_datestamp is 'earliestDatestamp of Identify.';
    comment on column analytics.source.deleted_record is 'deletedRecord of Identify: whether deletions are announced.';

    create view analytics.record_licence as
    select distinct l.record_id, l.spdx, case when l.spdx is null then coalesce(l.rights_identifier, l.rights, l.rights_uri) else l.spdx end as licence,
      coalesce(analytics.is_open_licence(l.spdx), false) as is_open
    from public.record_rights l where l.kind = 'licence';
    comment on view analytics.record_licence is 'Licences of records, each once.';
    comment on column analytics.record_licence.record_id is 'The record.';
    comment on column analytics.record_licence.spdx is 'SPDX id; null for a licence that has none.';
    comment on column analytics.record_licence.licence is 'SPDX id, else identifier, text or URI as written.';
    comment on column analytics.record_licence.is_open is 'Whether it permits any use: see is_open_licence. False if it has no SPDX id, as it is not known.';

    create view analytics.funding as
    select r.source_id, f.record_id, f.position, coalesce('ror:' || f.funder_ror, 'doi:' || f.funder_doi, lower(f.funder_name)) as funder,
      f.funder_name, f.funder_ror, f.funder_doi, f.award_number, f.award_title, f.award_uri, r.publication_year
    from public.record_funding f join public.record r on r.id = f.record_id;
    comment on view analytics.funding is 'One row a funding reference: funder and award of a record.';
    comment on column analytics.funding.source_id is 'The source.';
    comment on column analytics.funding.record_id is 'The record.';
    comment on column analytics.funding.position is 'Place among the funding references of the record.';
    comment on column analytics.funding.funder is 'What to group by: ror:…, else doi:…, else the name in lower case.';
    comment on column analytics.funding.funder_name is 'Name as written.';
    comment on column analytics.funding.funder_ror is 'Bare ROR id.';
    comment on column analytics.funding.funder_doi is 'Crossref Funder ID as a bare DOI.';
    comment on column analytics.funding.award_number is 'awardNumber; null where a funder is named without an award.';
    comment on column analytics.funding.award_title is 'awardTitle.';
    comment on column analytics.funding.award_uri is 'awardURI.';
    comment on column analytics.funding.publication_year is 'Publication year of the record.';
  `.execute(db);
}

async function createVersions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.version as
    select r.id as record_id, r.source_id, coalesce(r.concept_doi, r.doi, r.oai_identifier) as concept, r.concept_doi, r.doi, r.recid, r.title, r.version,
      r.publication_date,
      row_number() over (chain order by r.publication_date, r.recid, r.id desc) as version_number,
      count(*) over chain as versions
    from public.record r where not r.deleted
    window chain as (partition by r.source_id, r.concept_doi, case when r.concept_doi is null then r.id end);
    comment on view analytics.version is 'Every record with its place among the versions of its concept, in the order of publication date and record number. Asked for one concept_doi it reads only that chain.';
    comment on column analytics.version.record_id is 'The record.';
    comment on column analytics.version.source_id is 'The source.';
    comment on column analytics.version.concept is 'Concept DOI; for a record without one its DOI, else its OAI identifier.';
    comment on column analytics.version.concept_doi is 'Concept DOI; null for a record that has none and so stands alone.';
    comment on column analytics.version.doi is 'DOI of the record.';
    comment on column analytics.version.recid is 'Record number.';
    comment on column analytics.version.title is 'Main title.';
    comment on column analytics.version.version is 'version as written.';
    comment on column analytics.version.publication_date is 'First day of the publication date.';
    comment on column analytics.version.version_number is '1 for the first.';
    comment on column analytics.version.versions is 'How many versions of the concept are here.';

    create view analytics.deposit as
    select r.id as record_id, r.source_id, r.recid, r.publication_date,
      min(r.datestamp) over (partition by r.source_id order by r.recid desc) as deposited_by
    from public.record r where r.recid is not null and r.oai_identifier like 'oai:zenodo.org:%';
    comment on view analytics.deposit is 'When a record of Zenodo was deposited at the latest. OAI-PMH does not say when; but record numbers are given in order, and a record is no younger than its datestamp, so each was deposited before the earliest datestamp among itself and all higher numbers. Tombstones are in. Other repositories are not: their numbers need not follow time.';
    comment on column analytics.deposit.record_id is 'The record.';
    comment on column analytics.deposit.source_id is 'The source.';
    comment on column analytics.deposit.recid is 'Record number.';
    comment on column analytics.deposit.publication_date is 'First day of the publication date.';
    comment on column analytics.deposit.deposited_by is 'Deposited at this instant or before. As good as the harvest is whole: with single sets harvested the bound is later.';
  `.execute(db);
}

async function createPeople(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.creator_affiliation as
    select c.record_id, c.position as creator_position, c.name, c.name_type, c.given_name, c.family_name, c.orcid,
      a.position as affiliation_position, a.name as affiliation, a.ror
    from public.record_creator c
    left join public.record_affiliation a on a.record_id = c.record_id and a.role = 'creator' and a.person_position = c.position;
    comment on view analytics.creator_affiliation is 'Creators with ORCID and their affiliations with ROR: one row for each affiliation of a creator, and one for a creator without any.';
    comment on column analytics.creator_affiliation.record_id is 'The record.';
    comment on column analytics.creator_affiliation.creator_position is 'Place of the creator in the record, from 0.';
    comment on column analytics.creator_affiliation.name is 'creatorName.';
    comment on column analytics.creator_affiliation.name_type is 'nameType: Personal or Organizational.';
    comment on column analytics.creator_affiliation.given_name is 'givenName, where the source split the name.';
    comment on column analytics.creator_affiliation.family_name is 'familyName, where the source split the name.';
    comment on column analytics.creator_affiliation.orcid is 'Bare ORCID iD whose check digit holds.';
    comment on column analytics.creator_affiliation.affiliation_position is 'Place of the affiliation, from 0; null without one.';
    comment on column analytics.creator_affiliation.affiliation is 'Name of the affiliation.';
    comment on column analytics.creator_affiliation.ror is 'Bare ROR id of the affiliation.';
  `.execute(db);
}

async function createQuality(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.record_quality as
    select q.*, (has_description::int + has_subject::int + has_licence::int + has_orcid::int + has_ror::int + has_funding::int + has_link::int + has_language::int) / 8.0 as score
    from (
      select r.id as record_id, r.source_id, r.publication_year, r.resource_type,
        r.description is not null as has_description,
        exists (select from public.record_subject s where s.record_id = r.id) as has_subject,
        exists (select from public.record_rights l where l.record_id = r.id and l.kind = 'licence') as has_licence,
        exists (select from public.record_rights l where l.record_id = r.id and l.kind = 'licence' and analytics.is_open_licence(l.spdx)) as has_open_licence,
        exists (select from public.record_creator c where c.record_id = r.id and c.orcid is not null) as has_orcid,
        exists (select from public.record_affiliation a where a.record_id = r.id and a.ror is not null) as has_ror,
        exists (select from public.record_funding f where f.record_id = r.id) as has_funding,
        exists (select from public.record_related_identifier l where l.record_id = r.id and l.relation_type not in ('IsVersionOf', 'IsPartOf')) as has_link,
        r.language is not null as has_language,
        exists (select from public.record_issue i where i.record_id = r.id and i.severity = 'error') as has_error,
        exists (select from public.record_issue i where i.record_id = r.id and i.severity = 'warning') as has_warning
      from public.record r where not r.deleted
    ) q;
    comment on view analytics.record_quality is 'What a record has and has not, for reports on metadata quality.';
    comment on column analytics.record_quality.record_id is 'The record.';
    comment on column analytics.record_quality.source_id is 'The source.';
    comment on column analytics.record_quality.publication_year is 'publicationYear.';
    comment on column analytics.record_quality.resource_type is 'Type of the record.';
    comment on column analytics.record_quality.has_description is 'A description that is not empty.';
    comment on column analytics.record_quality.has_subject is 'A keyword or subject.';
    comment on column analytics.record_quality.has_licence is 'Any licence.';
    comment on column analytics.record_quality.has_open_licence is 'A licence that permits any use: see is_open_licence.';
    comment on column analytics.record_quality.has_orcid is 'A creator with an ORCID iD.';
    comment on column analytics.record_quality.has_ror is 'An affiliation, of a creator or contributor, with a ROR id.';
    comment on column analytics.record_quality.has_funding is 'A funding reference.';
    comment on column analytics.record_quality.has_link is 'A related identifier other than versions and parts, which repositories add by themselves.';
    comment on column analytics.record_quality.has_language is 'A language that is known.';
    comment on column analytics.record_quality.has_error is 'An issue of severity error.';
    comment on column analytics.record_quality.has_warning is 'An issue of severity warning.';
    comment on column analytics.record_quality.score is 'Share of description, subject, licence, ORCID, ROR, funding, link and language that are there, from 0 to 1.';
  `.execute(db);
}

async function createIssues(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.issue as
    select r.source_id, i.record_id, r.oai_identifier, r.doi, r.publication_year, w.run_id, i.code, i.severity, i.path, i.value
    from public.record_issue i
    join public.record r on r.id = i.record_id
    left join harvest.page p on p.id = r.page_id
    left join harvest.window w on w.id = p.window_id;
    comment on view analytics.issue is 'What the mapping found odd, with the record and the run that brought it.';
    comment on column analytics.issue.source_id is 'The source.';
    comment on column analytics.issue.record_id is 'The record.';
    comment on column analytics.issue.oai_identifier is 'OAI identifier of the record.';
    comment on column analytics.issue.doi is 'DOI of the record.';
    comment on column analytics.issue.publication_year is 'Its publication year.';
    comment on column analytics.issue.run_id is 'The run (harvest.run) that last changed the record.';
    comment on column analytics.issue.code is 'Stable name of the issue.';
    comment on column analytics.issue.severity is 'error, warning or info.';
    comment on column analytics.issue.path is 'Where in the record.';
    comment on column analytics.issue.value is 'The offending value.';

    create view analytics.issue_count as
    select source_id, code, severity, count(*) as issues, count(distinct record_id) as records, min(record_id) as example_record_id
    from analytics.issue group by source_id, code, severity;
    comment on view analytics.issue_count is 'Issues of each source by code.';
    comment on column analytics.issue_count.source_id is 'The source.';
    comment on column analytics.issue_count.code is 'Stable name of the issue.';
    comment on column analytics.issue_count.severity is 'error, warning or info.';
    comment on column analytics.issue_count.issues is 'How often.';
    comment on column analytics.issue_count.records is 'In how many records.';
    comment on column analytics.issue_count.example_record_id is 'One of them.';

    create view analytics.run_issue_count as
    select source_id, run_id, code, severity, count(*) as issues, count(distinct record_id) as records
    from analytics.issue group by source_id, run_id, code, severity;
    comment on view analytics.run_issue_count is 'Issues by code in the records that each run brought or changed.';
    comment on column analytics.run_issue_count.source_id is 'The source.';
    comment on column analytics.run_issue_count.run_id is 'The run (harvest.run).';
    comment on column analytics.run_issue_count.code is 'Stable name of the issue.';
    comment on column analytics.run_issue_count.severity is 'error, warning or info.';
    comment on column analytics.run_issue_count.issues is 'How often.';
    comment on column analytics.run_issue_count.records is 'In how many records.';

    create view analytics.community_issue_count as
    select i.source_id, c.community, i.code, i.severity, count(*) as issues, count(distinct i.record_id) as records
    from analytics.issue i join public.record_community c on c.record_id = i.record_id
    group by i.source_id, c.community, i.code, i.severity;
    comment on view analytics.community_issue_count is 'Issues by code in the records of each community.';
    comment on column analytics.community_issue_count.source_id is 'The source.';
    comment on column analytics.community_issue_count.community is 'Slug of the community.';
    comment on column analytics.community_issue_count.code is 'Stable name of the issue.';
    comment on column analytics.community_issue_count.severity is 'error, warning or info.';
    comment on column analytics.community_issue_count.issues is 'How often.';
    comment on column analytics.community_issue_count.records is 'In how many records.';
  `.execute(db);
}

async function createPast(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.vanished as
    select r.id as record_id, r.source_id, r.oai_identifier, r.doi, r.concept_doi, r.recid, r.deletion_reason is null as announced, r.deletion_reason as reason,
      r.changed_at as gone_since, r.first_seen_at,
      h.metadata ->> 'title' as title, h.metadata -> 'resourceType' ->> 'type' as resource_type, (h.metadata ->> 'publicationYear')::int as publication_year,
      array(select jsonb_array_elements_text(h.metadata -> 'communities')) as communities, h.changed_at as last_version_since, h.metadata is null as never_seen_whole
    from public.record r
    left join lateral (
      select h.metadata, h.changed_at from public.record_history h
      where h.record_id = r.id and h.metadata is not null order by h.revision desc limit 1
    ) h on true
    where r.deleted;
    comment on view analytics.vanished is 'Records that the source no longer has, with their last state.';
    comment on column analytics.vanished.record_id is 'The record.';
    comment on column analytics.vanished.source_id is 'The source.';
    comment on column analytics.vanished.oai_identifier is 'OAI identifier.';
    comment on column analytics.vanished.doi is 'DOI, which outlives the record.';
    comment on column analytics.vanished.concept_doi is 'Concept DOI.';
    comment on column analytics.vanished.recid is 'Record number.';
    comment on column analytics.vanished.announced is 'True where the source itself says so in OAI-PMH (status deleted).';
    comment on column analytics.vanished.reason is 'If it does not: how it was found, and the reason the source gives elsewhere.';
    comment on column analytics.vanished.gone_since is 'When it was found to be gone.';
    comment on column analytics.vanished.first_seen_at is 'When it was first seen here, perhaps as a tombstone already.';
    comment on column analytics.vanished.title is 'Its last title.';
    comment on column analytics.vanished.resource_type is 'Its last type.';
    comment on column analytics.vanished.publication_year is 'Its last publication year.';
    comment on column analytics.vanished.communities is 'Its last communities.';
    comment on column analytics.vanished.last_version_since is 'Since when it was so.';
    comment on column analytics.vanished.never_seen_whole is 'True where only the tombstone was ever seen.';

    create function analytics.record_as_of(at timestamptz) returns table (
      record_id bigint, source_id bigint, oai_identifier text, revision int, deleted boolean, datestamp timestamptz,
      set_specs text[], metadata jsonb, valid_from timestamptz, valid_until timestamptz)
    language sql stable parallel safe
    begin atomic
      select r.id, r.source_id, r.oai_identifier, r.revision, r.deleted, r.datestamp,
        array(select s.set_spec from public.record_set s where s.record_id = r.id order by s.position), r.metadata, r.changed_at, null::timestamptz
      from public.record r where r.changed_at <= at
      union all
      select r.id, r.source_id, r.oai_identifier, h.revision, h.deleted, h.datestamp, h.set_specs, h.metadata, h.changed_at, h.replaced_at
      from public.record_history h join public.record r on r.id = h.record_id
      where h.changed_at <= at and h.replaced_at > at;
    end;
    comment on function analytics.record_as_of(timestamptz) is 'Every record as it stood here at that instant, tombstones with deleted = true; one row each, none for what was not here yet. valid_until is null for what still holds. Filter on oai_identifier or record_id to look at one.';
  `.execute(db);
}
