import { type Kysely, sql } from 'kysely';

/** What InvenioRDM's JSON says of a record and `oai_datacite` does not. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createColumns(db);
  await createLists(db);
  await createCommunities(db);
}

async function createColumns(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table public.record
      add facts_at timestamptz,
      add facts_hash bytea,
      add description_html text,
      add created_at timestamptz,
      add version_index int,
      add swhid text,
      add embargo_until date,
      add access_status text,
      add journal_title text,
      add journal_volume text,
      add journal_issue text,
      add journal_pages text,
      add journal_issn text,
      add imprint_title text,
      add imprint_isbn text,
      add imprint_pages text,
      add imprint_place text,
      add imprint_edition text,
      add thesis_university text,
      add meeting_title text;
    comment on column public.record.facts_at is 'As of when the source said what only its JSON says (files, statistics, references, languages, custom fields, and the columns from description_html on). Null: only OAI-PMH has spoken of this record.';
    comment on column public.record.facts_hash is 'SHA-256 of those facts without statistics, so that equal ones write nothing.';
    comment on column public.record.description_html is 'The description as HTML, as the source sends it: sanitise it before it is shown.';
    comment on column public.record.created_at is 'When the record was made at its source.';
    comment on column public.record.version_index is 'Number of this version among those of its concept, from 1.';
    comment on column public.record.swhid is 'Software Heritage id: swh:1:….';
    comment on column public.record.embargo_until is 'Last day of the embargo on the files; stays after it has passed.';
    comment on column public.record.access_status is 'open, embargoed, restricted or metadata-only, which access_right calls closed.';
    comment on column public.record.journal_title is 'Journal that an article appeared in.';
    comment on column public.record.journal_volume is 'Its volume.';
    comment on column public.record.journal_issue is 'Its issue.';
    comment on column public.record.journal_pages is 'The pages in it.';
    comment on column public.record.journal_issn is 'ISSN of the journal as written.';
    comment on column public.record.imprint_title is 'Book or proceedings that a part appeared in.';
    comment on column public.record.imprint_isbn is 'Its ISBN as written.';
    comment on column public.record.imprint_pages is 'The pages in it.';
    comment on column public.record.imprint_place is 'Where it was published.';
    comment on column public.record.imprint_edition is 'Its edition.';
    comment on column public.record.thesis_university is 'University that awarded the degree.';
    comment on column public.record.meeting_title is 'Conference that a paper, poster or talk belongs to.';
  `.execute(db);
}

async function createLists(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record_language (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      language text not null,
      primary key (record_id, position)
    );
    create index record_language_language_idx on public.record_language (language);
    create table public.record_custom_field (
      record_id bigint not null references public.record (id) on delete cascade,
      field text not null,
      position int not null,
      value text,
      json jsonb not null,
      primary key (record_id, field, position)
    );
    create index record_custom_field_field_value_idx on public.record_custom_field (field, left(value, 200));
    alter table public.record_reference add identifier text, add scheme text;
    alter table public.record_file add mimetype text;
    comment on table public.record_language is 'All languages of a record, from JSON. OAI-PMH has only the first (record.language).';
    comment on column public.record_language.record_id is 'The record.';
    comment on column public.record_language.position is 'Place in the source, from 0.';
    comment on column public.record_language.language is 'ISO 639-3 code.';
    comment on table public.record_custom_field is 'Custom fields of a record, from JSON: Darwin Core (dwc:family), code:codeRepository, journal:journal … One row a value.';
    comment on column public.record_custom_field.record_id is 'The record.';
    comment on column public.record_custom_field.field is 'Name of the field with its prefix.';
    comment on column public.record_custom_field.position is 'Place among the values of this field, from 0.';
    comment on column public.record_custom_field.value is 'The value as text: the text itself, a number, or the title or id of a term. Null for an object that has none.';
    comment on column public.record_custom_field.json is 'The value as it came.';
    comment on column public.record_reference.identifier is 'Identifier of the cited work, from JSON.';
    comment on column public.record_reference.scheme is 'What kind of identifier it is: doi, arxiv …';
    comment on column public.record_file.mimetype is 'Media type as the source reports it.';
  `.execute(db);
}

async function createCommunities(db: Kysely<unknown>): Promise<void> {
  await sql`
    comment on column harvest.page.verb is 'ListRecords, ListIdentifiers or GetRecord; RdmJson for records of a JSON dump, one on a line.';
    create table public.community (
      source_id bigint not null references harvest.source (id) on delete cascade,
      slug text not null,
      uuid text,
      title text,
      type text,
      website text,
      organizations text[] not null,
      seen_at timestamptz not null,
      primary key (source_id, slug)
    );
    create index community_uuid_idx on public.community (uuid);
    comment on table public.community is 'Communities as the JSON of their records describes them. Members are in record_community.';
    comment on column public.community.source_id is 'The source.';
    comment on column public.community.slug is 'Short name, as in record_community.community.';
    comment on column public.community.uuid is 'Identifier of the community at its source.';
    comment on column public.community.title is 'Its title.';
    comment on column public.community.type is 'organization, event, topic, project …';
    comment on column public.community.website is 'Its website.';
    comment on column public.community.organizations is 'Names of the organisations behind it.';
    comment on column public.community.seen_at is 'As of when the source said this.';
  `.execute(db);
}
