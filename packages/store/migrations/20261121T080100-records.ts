import { type Kysely, sql } from 'kysely';

/** The records themselves and what they were before. Their lists follow in the next migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record (
      id bigint generated always as identity primary key,
      source_id bigint not null references harvest.source (id),
      oai_identifier text not null,
      datestamp timestamptz,
      datestamp_text text not null,
      deleted boolean not null default false,
      doi text,
      concept_doi text,
      recid bigint,
      identifier text,
      identifier_type text,
      title text,
      publisher text,
      publisher_identifier text,
      publisher_identifier_scheme text,
      publisher_scheme_uri text,
      publisher_lang text,
      publication_year int,
      publication_date date,
      publication_date_end date,
      publication_date_text text,
      resource_type text,
      resource_subtype text,
      resource_type_general text,
      resource_type_text text,
      language text,
      language_iso639_1 text,
      language_text text,
      version text,
      access_right text check (access_right in ('open', 'embargoed', 'restricted', 'closed')),
      description text,
      metadata_format text,
      kernel text,
      schema_version text,
      datacentre_symbol text,
      metadata jsonb,
      metadata_hash bytea not null,
      issues_hash bytea,
      page_id bigint not null,
      revision int not null default 1,
      first_seen_at timestamptz not null default now(),
      changed_at timestamptz not null default now(),
      -- the identifier first, so that it can be looked up across sources
      unique (oai_identifier, source_id)
    );
    -- hash: equality only, half the size, and no limit on the length of what a depositor typed
    create index record_doi_idx on public.record using hash (doi);
    create index record_concept_doi_idx on public.record using hash (concept_doi);
    create index record_recid_idx on public.record (recid);
    create index record_datestamp_idx on public.record (datestamp, id);
    create index record_changed_at_idx on public.record (changed_at, id);
    -- a third of the time of a first harvest goes into the default compression; not every build has the other one
    do $$ begin
      alter table public.record alter column metadata set compression lz4, alter column description set compression lz4;
    exception when feature_not_supported then
      raise notice 'this server compresses with pglz only';
    end $$;

    comment on table public.record is 'One row a record: a source and an OAI identifier. Repeated properties are in the tables record_title, record_creator and so on.';
    comment on column public.record.id is 'Number of the row; what the other tables call record_id.';
    comment on column public.record.source_id is 'The source it was harvested from (harvest.source).';
    comment on column public.record.oai_identifier is 'identifier of the OAI-PMH header.';
    comment on column public.record.datestamp is 'datestamp of the header; null if it is not a date.';
    comment on column public.record.datestamp_text is 'datestamp of the header as sent.';
    comment on column public.record.deleted is 'True for a tombstone: the source reported it as deleted, or no longer has it. A tombstone keeps doi and concept_doi; its last metadata is in record_history.';
    comment on column public.record.doi is 'The DOI of this record, lower case, without resolver.';
    comment on column public.record.concept_doi is 'The DOI that stands for all versions, lower case, without resolver.';
    comment on column public.record.recid is 'The number after the last colon of the OAI identifier, if there is one: for Zenodo the record number.';
    comment on column public.record.identifier is 'The DataCite identifier as written.';
    comment on column public.record.identifier_type is 'identifierType: DOI, URL …';
    comment on column public.record.title is 'The main title: the first without a titleType.';
    comment on column public.record.publisher is 'Name of the publisher.';
    comment on column public.record.publisher_identifier is 'publisherIdentifier as written.';
    comment on column public.record.publisher_identifier_scheme is 'publisherIdentifierScheme as written.';
    comment on column public.record.publisher_scheme_uri is 'schemeURI of the publisher.';
    comment on column public.record.publisher_lang is 'xml:lang of the publisher.';
    comment on column public.record.publication_year is 'publicationYear.';
    comment on column public.record.publication_date is 'First day of the publication date.';
    comment on column public.record.publication_date_end is 'Last day it covers: 2024-05-31 for 2024-05.';
    comment on column public.record.publication_date_text is 'The publication date as written (EDTF): the first date of type Issued.';
    comment on column public.record.resource_type is 'Zenodo''s type: publication, dataset, software …';
    comment on column public.record.resource_subtype is 'Zenodo''s subtype: article, preprint …';
    comment on column public.record.resource_type_general is 'resourceTypeGeneral as written.';
    comment on column public.record.resource_type_text is 'Text of the resourceType element.';
    comment on column public.record.language is 'Language, ISO 639-3 (eng).';
    comment on column public.record.language_iso639_1 is 'Language, ISO 639-1 (en), if there is such a code.';
    comment on column public.record.language_text is 'Language as written.';
    comment on column public.record.version is 'version as written; free text.';
    comment on column public.record.access_right is 'Access to the files: open, embargoed, restricted, closed. Null where the source does not say, which is not open.';
    comment on column public.record.description is 'The first abstract, else the first description, as plain text.';
    comment on column public.record.metadata_format is 'The mapping that read it: oai_datacite or oai_dc.';
    comment on column public.record.kernel is 'Version of the DataCite kernel, from the namespace.';
    comment on column public.record.schema_version is 'schemaVersion as declared by the wrapper; a hint only.';
    comment on column public.record.datacentre_symbol is 'datacentreSymbol of the wrapper.';
    comment on column public.record.metadata is 'The whole normalised record. Null for a tombstone and where nothing could be mapped (see record_issue).';
    comment on column public.record.metadata_hash is 'SHA-256 over metadata, sets and deletion; equal means that nothing was written.';
    comment on column public.record.issues_hash is 'SHA-256 over the rows of record_issue; null when there are none.';
    comment on column public.record.page_id is 'Page (harvest.page) that last changed this row. Pages are pruned, so it may be gone.';
    comment on column public.record.revision is 'From 1, one more on every change of this row; the version of its document in the search index.';
    comment on column public.record.first_seen_at is 'When it was first stored.';
    comment on column public.record.changed_at is 'When its metadata, its sets or its deletion last changed; a new datestamp alone does not count.';

    create table public.record_history (
      record_id bigint not null references public.record (id) on delete cascade,
      revision int not null,
      datestamp timestamptz,
      datestamp_text text not null,
      deleted boolean not null,
      set_specs text[] not null,
      metadata jsonb,
      metadata_hash bytea not null,
      page_id bigint not null,
      changed_paths text[] not null,
      changed_at timestamptz not null,
      replaced_at timestamptz not null default now(),
      replaced_by_page_id bigint not null,
      primary key (record_id, revision)
    );
    comment on table public.record_history is 'What a record was before each change of its metadata, its sets or its deletion.';
    comment on column public.record_history.record_id is 'The record.';
    comment on column public.record_history.revision is 'Revision of the record that this row shows.';
    comment on column public.record_history.datestamp is 'Its datestamp then.';
    comment on column public.record_history.datestamp_text is 'Its datestamp then, as sent.';
    comment on column public.record_history.deleted is 'Whether it was a tombstone then.';
    comment on column public.record_history.set_specs is 'Its sets then.';
    comment on column public.record_history.metadata is 'Its normalised metadata then.';
    comment on column public.record_history.metadata_hash is 'Its hash then.';
    comment on column public.record_history.page_id is 'Page that had made it so.';
    comment on column public.record_history.changed_paths is 'What the next revision changed, as paths into the metadata (title, creators/0/orcid), and setSpecs, deleted, metadata (there or not).';
    comment on column public.record_history.changed_at is 'Since when it was so.';
    comment on column public.record_history.replaced_at is 'Until when it was so.';
    comment on column public.record_history.replaced_by_page_id is 'Page that changed it.';
  `.execute(db);
}
