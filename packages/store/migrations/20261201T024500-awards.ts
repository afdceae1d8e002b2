import { type Kysely, sql } from 'kysely';

/** Awards, roles of creators and texts of communities, as InvenioRDM's JSON has them and `oai_datacite` does not. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record_award (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      funder_id text,
      funder_name text,
      award_id text,
      award_number text,
      title text,
      title_language text,
      acronym text,
      program text,
      url text,
      doi text,
      primary key (record_id, position)
    );
    create index record_award_acronym_idx on public.record_award (lower(acronym)) where acronym is not null;
    create index record_award_program_idx on public.record_award (program) where program is not null;
    comment on table public.record_award is 'Awards of a record, from JSON, with programme and acronym. record_funding has what DataCite says of the same funding.';
    comment on column public.record_award.record_id is 'The record.';
    comment on column public.record_award.position is 'Place in the list of funding in the JSON, from 0. Funding without an award has no row.';
    comment on column public.record_award.funder_id is 'ROR id of the funder, or what the source has instead.';
    comment on column public.record_award.funder_name is 'Name of the funder.';
    comment on column public.record_award.award_id is 'Name of the award in the vocabulary of the source: 00k4n6c32::101135562.';
    comment on column public.record_award.award_number is 'Number of the award, as in record_funding.';
    comment on column public.record_award.title is 'Title of the award, in English if there is one.';
    comment on column public.record_award.title_language is 'Language of the title as the source has it: en.';
    comment on column public.record_award.acronym is 'Acronym of the award.';
    comment on column public.record_award.program is 'Funding programme: HORIZON.2.6, FP7-SSH ….';
    comment on column public.record_award.url is 'Web page of the award.';
    comment on column public.record_award.doi is 'DOI of the award, as the source writes it.';
    create table public.record_creator_role (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      name text not null,
      role text not null,
      primary key (record_id, position)
    );
    comment on table public.record_creator_role is 'Roles of creators, from JSON. DataCite has roles of contributors only.';
    comment on column public.record_creator_role.record_id is 'The record.';
    comment on column public.record_creator_role.position is 'Place of the creator in the JSON, from 0, as in record_creator.';
    comment on column public.record_creator_role.name is 'Name of the creator.';
    comment on column public.record_creator_role.role is 'Role: projectleader, editor, datamanager ….';
    alter table public.community add description text, add curation_policy text, add page text;
    comment on column public.community.description is 'Short description. Replies for single records have it, dumps do not.';
    comment on column public.community.curation_policy is 'Policy by which records are accepted, as HTML: sanitise it before it is shown.';
    comment on column public.community.page is 'Page about the community, as HTML: sanitise it before it is shown.';
  `.execute(db);
}
