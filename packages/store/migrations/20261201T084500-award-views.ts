import { type Kysely, sql } from 'kysely';

/** Awards in the views of funding. A subquery in a list of columns costs nothing where its column is not read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace view analytics.funding as
    select r.source_id, f.record_id, f.position, coalesce('ror:' || f.funder_ror, 'doi:' || f.funder_doi, lower(f.funder_name)) as funder,
      f.funder_name, f.funder_ror, f.funder_doi, f.award_number, f.award_title, f.award_uri, r.publication_year,
      (select a.acronym from public.record_award a where a.record_id = f.record_id and a.award_number = f.award_number
        and (a.funder_id = f.funder_ror or a.funder_name = f.funder_name) order by a.position limit 1) as acronym,
      (select a.program from public.record_award a where a.record_id = f.record_id and a.award_number = f.award_number
        and (a.funder_id = f.funder_ror or a.funder_name = f.funder_name) order by a.position limit 1) as program
    from public.record_funding f join public.record r on r.id = f.record_id;
    comment on column analytics.funding.acronym is 'Acronym of the award, if a JSON dump or thresher enrich brought it.';
    comment on column analytics.funding.program is 'Funding programme of the award, if a JSON dump or thresher enrich brought it.';

    create view analytics.award as
    select r.source_id, a.record_id, a.position, a.funder_id, a.funder_name, a.award_number, a.title, a.acronym, a.program, a.url, a.doi,
      r.publication_year, r.resource_type, r.is_latest_version
    from public.record_award a join public.record r on r.id = a.record_id
    where not r.deleted;
    comment on view analytics.award is 'Awards as InvenioRDM''s JSON has them, with what their records are: one row an award of a record.';
    comment on column analytics.award.source_id is 'The source.';
    comment on column analytics.award.record_id is 'The record.';
    comment on column analytics.award.position is 'Place in the list of funding in the JSON, from 0.';
    comment on column analytics.award.funder_id is 'ROR id of the funder, or what the source has instead.';
    comment on column analytics.award.funder_name is 'Name of the funder.';
    comment on column analytics.award.award_number is 'Number of the award.';
    comment on column analytics.award.title is 'Title of the award, in English if there is one.';
    comment on column analytics.award.acronym is 'Acronym of the award.';
    comment on column analytics.award.program is 'Funding programme: HORIZON.2.6, FP7-SSH ….';
    comment on column analytics.award.url is 'Web page of the award.';
    comment on column analytics.award.doi is 'DOI of the award, as the source writes it.';
    comment on column analytics.award.publication_year is 'publicationYear of the record.';
    comment on column analytics.award.resource_type is 'Type of the record.';
    comment on column analytics.award.is_latest_version is 'Whether the record is the latest version of its concept.';
  `.execute(db);
}
