import { type Kysely, sql } from 'kysely';

/**
 * The repeated properties: one table each, one row for each element of the source, in its order.
 * The key leads with the record, so a record's rows lie together and no further index is needed to read or replace them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createPeople(db);
  await createTexts(db);
  await createLinks(db);
  await createClassification(db);
  await createSmallLists(db);
  await commentKeys(db);
}

async function createPeople(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record_creator (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      name text not null,
      name_type text,
      given_name text,
      family_name text,
      lang text,
      orcid text,
      primary key (record_id, position)
    );
    comment on table public.record_creator is 'Creators (authors).';
    comment on column public.record_creator.name is 'creatorName.';
    comment on column public.record_creator.name_type is 'nameType: Personal or Organizational.';
    comment on column public.record_creator.given_name is 'givenName, where the source split the name.';
    comment on column public.record_creator.family_name is 'familyName, where the source split the name.';
    comment on column public.record_creator.lang is 'xml:lang as written.';
    comment on column public.record_creator.orcid is 'Bare ORCID iD, if one is given and its check digit holds.';

    create table public.record_contributor (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      contributor_type text,
      name text not null,
      name_type text,
      given_name text,
      family_name text,
      lang text,
      orcid text,
      primary key (record_id, position)
    );
    comment on table public.record_contributor is 'Contributors.';
    comment on column public.record_contributor.contributor_type is 'contributorType: Editor, Supervisor, DataCurator …';
    comment on column public.record_contributor.name is 'contributorName.';
    comment on column public.record_contributor.name_type is 'nameType: Personal or Organizational.';
    comment on column public.record_contributor.given_name is 'givenName, where the source split the name.';
    comment on column public.record_contributor.family_name is 'familyName, where the source split the name.';
    comment on column public.record_contributor.lang is 'xml:lang as written.';
    comment on column public.record_contributor.orcid is 'Bare ORCID iD, if one is given and its check digit holds.';

    create table public.record_affiliation (
      record_id bigint not null references public.record (id) on delete cascade,
      role text not null check (role in ('creator', 'contributor')),
      person_position int not null,
      position int not null,
      name text,
      affiliation_identifier text,
      affiliation_identifier_scheme text,
      scheme_uri text,
      ror text,
      primary key (record_id, role, person_position, position)
    );
    comment on table public.record_affiliation is 'Affiliations of creators and contributors.';
    comment on column public.record_affiliation.name is 'Name of the affiliation.';
    comment on column public.record_affiliation.affiliation_identifier is 'affiliationIdentifier as written.';
    comment on column public.record_affiliation.affiliation_identifier_scheme is 'affiliationIdentifierScheme as written.';
    comment on column public.record_affiliation.scheme_uri is 'schemeURI as written.';
    comment on column public.record_affiliation.ror is 'Bare ROR id (01aj84f44).';

    create table public.record_name_identifier (
      record_id bigint not null references public.record (id) on delete cascade,
      role text not null check (role in ('creator', 'contributor')),
      person_position int not null,
      position int not null,
      name_identifier text not null,
      name_identifier_scheme text,
      scheme_uri text,
      scheme text,
      value text,
      primary key (record_id, role, person_position, position)
    );
    comment on table public.record_name_identifier is 'Identifiers of creators and contributors.';
    comment on column public.record_name_identifier.name_identifier is 'nameIdentifier as written.';
    comment on column public.record_name_identifier.name_identifier_scheme is 'nameIdentifierScheme as written.';
    comment on column public.record_name_identifier.scheme_uri is 'schemeURI as written.';
    comment on column public.record_name_identifier.scheme is 'Upper-case scheme the value was recognised as: ORCID, ISNI, GND, ROR …';
    comment on column public.record_name_identifier.value is 'The bare identifier in its usual spelling, where the scheme is known and the check digit holds.';
  `.execute(db);
}

async function createTexts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record_title (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      title text not null,
      title_type text,
      lang text,
      primary key (record_id, position)
    );
    comment on table public.record_title is 'Titles.';
    comment on column public.record_title.title is 'The title.';
    comment on column public.record_title.title_type is 'titleType: AlternativeTitle, Subtitle, TranslatedTitle, Other; null for a main title.';
    comment on column public.record_title.lang is 'xml:lang as written.';

    create table public.record_description (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      description text not null,
      markup text,
      description_type text,
      lang text,
      primary key (record_id, position)
    );
    comment on table public.record_description is 'Descriptions.';
    comment on column public.record_description.description is 'As plain text.';
    comment on column public.record_description.markup is 'As written, if that is not plain text (HTML of old records); else null.';
    comment on column public.record_description.description_type is 'descriptionType: Abstract, Methods, TechnicalInfo …';
    comment on column public.record_description.lang is 'xml:lang as written.';

    create table public.record_date (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      date_text text not null,
      date_start date,
      date_end date,
      date_type text,
      date_information text,
      primary key (record_id, position)
    );
    comment on table public.record_date is 'Dates and intervals.';
    comment on column public.record_date.date_text is 'As written (EDTF or RKMS-ISO8601).';
    comment on column public.record_date.date_start is 'First day it covers; null when open, not readable or before 4713 BC.';
    comment on column public.record_date.date_end is 'Last day it covers; null likewise.';
    comment on column public.record_date.date_type is 'dateType: Issued, Updated, Collected …';
    comment on column public.record_date.date_information is 'dateInformation.';

    create table public.record_reference (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      reference text not null,
      primary key (record_id, position)
    );
    comment on table public.record_reference is 'Cited works as text, where the source has them.';
    comment on column public.record_reference.reference is 'The reference as written.';
  `.execute(db);
}

async function createLinks(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record_related_identifier (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      related_identifier text not null,
      related_identifier_type text,
      relation_type text,
      resource_type_general text,
      related_metadata_scheme text,
      scheme_uri text,
      scheme_type text,
      relation_type_information text,
      doi text,
      primary key (record_id, position)
    );
    comment on table public.record_related_identifier is 'Related identifiers, the concept DOI and the communities among them included.';
    comment on column public.record_related_identifier.related_identifier is 'As written.';
    comment on column public.record_related_identifier.related_identifier_type is 'relatedIdentifierType: DOI, URL, ISSN …';
    comment on column public.record_related_identifier.relation_type is 'relationType: IsVersionOf, Cites, IsPartOf …';
    comment on column public.record_related_identifier.resource_type_general is 'resourceTypeGeneral of the related thing.';
    comment on column public.record_related_identifier.related_metadata_scheme is 'relatedMetadataScheme.';
    comment on column public.record_related_identifier.scheme_uri is 'schemeURI.';
    comment on column public.record_related_identifier.scheme_type is 'schemeType.';
    comment on column public.record_related_identifier.relation_type_information is 'relationTypeInformation (kernel 4.7).';
    comment on column public.record_related_identifier.doi is 'Its DOI, lower case, without resolver, if it is one in whatever spelling.';

    create table public.record_alternate_identifier (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      alternate_identifier text not null,
      alternate_identifier_type text,
      primary key (record_id, position)
    );
    comment on table public.record_alternate_identifier is 'Alternate identifiers.';
    comment on column public.record_alternate_identifier.alternate_identifier is 'As written.';
    comment on column public.record_alternate_identifier.alternate_identifier_type is 'alternateIdentifierType.';

    create table public.record_funding (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      funder_name text,
      funder_identifier text,
      funder_identifier_type text,
      scheme_uri text,
      award_number text,
      award_uri text,
      award_title text,
      funder_ror text,
      funder_doi text,
      primary key (record_id, position)
    );
    comment on table public.record_funding is 'Funding references.';
    comment on column public.record_funding.funder_name is 'funderName.';
    comment on column public.record_funding.funder_identifier is 'funderIdentifier as written.';
    comment on column public.record_funding.funder_identifier_type is 'funderIdentifierType: ROR, Crossref Funder ID …';
    comment on column public.record_funding.scheme_uri is 'schemeURI.';
    comment on column public.record_funding.award_number is 'awardNumber.';
    comment on column public.record_funding.award_uri is 'awardURI.';
    comment on column public.record_funding.award_title is 'awardTitle.';
    comment on column public.record_funding.funder_ror is 'Bare ROR id of the funder.';
    comment on column public.record_funding.funder_doi is 'Crossref Funder ID of the funder as a bare DOI.';

    create table public.record_related_item (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      related_item jsonb not null,
      primary key (record_id, position)
    );
    comment on table public.record_related_item is 'Related items (kernel 4.4): works described inside the record, such as the journal issue.';
    comment on column public.record_related_item.related_item is 'The whole item: titles, creators, volume, pages …';
  `.execute(db);
}

async function createClassification(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record_subject (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      subject text not null,
      subject_scheme text,
      scheme_uri text,
      value_uri text,
      classification_code text,
      lang text,
      primary key (record_id, position)
    );
    comment on table public.record_subject is 'Subjects and keywords.';
    comment on column public.record_subject.subject is 'The keyword.';
    comment on column public.record_subject.subject_scheme is 'subjectScheme, for terms of a vocabulary.';
    comment on column public.record_subject.scheme_uri is 'schemeURI.';
    comment on column public.record_subject.value_uri is 'valueURI.';
    comment on column public.record_subject.classification_code is 'classificationCode.';
    comment on column public.record_subject.lang is 'xml:lang as written.';

    create table public.record_rights (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      kind text not null check (kind in ('licence', 'access', 'copyright')),
      spdx text,
      rights text,
      rights_uri text,
      rights_identifier text,
      rights_identifier_scheme text,
      scheme_uri text,
      lang text,
      primary key (record_id, position)
    );
    comment on table public.record_rights is 'Rights: licences, statements of access, copyright statements.';
    comment on column public.record_rights.kind is 'licence, access (info:eu-repo/semantics/…) or copyright.';
    comment on column public.record_rights.spdx is 'SPDX id in SPDX''s own spelling (CC-BY-4.0), if one is named.';
    comment on column public.record_rights.rights is 'Text as written.';
    comment on column public.record_rights.rights_uri is 'rightsURI.';
    comment on column public.record_rights.rights_identifier is 'rightsIdentifier as written.';
    comment on column public.record_rights.rights_identifier_scheme is 'rightsIdentifierScheme.';
    comment on column public.record_rights.scheme_uri is 'schemeURI.';
    comment on column public.record_rights.lang is 'xml:lang as written.';

    create table public.record_geo_location (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      place text,
      point_longitude double precision,
      point_latitude double precision,
      box_west double precision,
      box_east double precision,
      box_south double precision,
      box_north double precision,
      polygons jsonb,
      primary key (record_id, position)
    );
    comment on table public.record_geo_location is 'Places.';
    comment on column public.record_geo_location.place is 'geoLocationPlace.';
    comment on column public.record_geo_location.point_longitude is 'pointLongitude, degrees.';
    comment on column public.record_geo_location.point_latitude is 'pointLatitude, degrees.';
    comment on column public.record_geo_location.box_west is 'westBoundLongitude, degrees.';
    comment on column public.record_geo_location.box_east is 'eastBoundLongitude, degrees.';
    comment on column public.record_geo_location.box_south is 'southBoundLatitude, degrees.';
    comment on column public.record_geo_location.box_north is 'northBoundLatitude, degrees.';
    comment on column public.record_geo_location.polygons is 'Polygons: [{points: [{longitude, latitude}], inPolygonPoint}]; null when there are none.';

    create table public.record_community (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      community text not null,
      primary key (record_id, position)
    );
    create index record_community_idx on public.record_community (community, record_id);
    comment on table public.record_community is 'Communities, out of the sets of the header and the IsPartOf links.';
    comment on column public.record_community.community is 'Slug of the community.';

    create table public.record_set (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      set_spec text not null,
      primary key (record_id, position)
    );
    create index record_set_idx on public.record_set (set_spec, record_id);
    comment on table public.record_set is 'Sets of the OAI-PMH header; those of tombstones too.';
    comment on column public.record_set.set_spec is 'setSpec.';
  `.execute(db);
}

async function createSmallLists(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record_size (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      size text not null,
      primary key (record_id, position)
    );
    comment on table public.record_size is 'Sizes, free text.';
    comment on column public.record_size.size is 'As written: 15 pages, 6 MB …';

    create table public.record_format (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      format text not null,
      primary key (record_id, position)
    );
    comment on table public.record_format is 'Formats, free text.';
    comment on column public.record_format.format is 'As written: application/pdf, csv …';

    create table public.record_issue (
      record_id bigint not null references public.record (id) on delete cascade,
      position int not null,
      code text not null,
      path text not null,
      value text,
      severity text not null check (severity in ('error', 'warning', 'info')),
      primary key (record_id, position)
    );
    create index record_issue_code_idx on public.record_issue (code);
    comment on table public.record_issue is 'What the mapping found odd in a record.';
    comment on column public.record_issue.code is 'Stable name of the issue: orcid-check-digit, date-not-readable …';
    comment on column public.record_issue.path is 'Where: creators/0/nameIdentifier/1.';
    comment on column public.record_issue.value is 'The offending value, cut at 500 characters.';
    comment on column public.record_issue.severity is 'error, warning or info.';
  `.execute(db);
}

/** Says the same of the same key columns everywhere. */
async function commentKeys(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$
    declare
      key record;
    begin
      for key in
        select c.relname, a.attname
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname like 'record\_%'
          and c.relname <> 'record_history'
          and a.attname in ('record_id', 'role', 'person_position', 'position')
      loop
        execute format('comment on column public.%I.%I is %L', key.relname, key.attname, case key.attname
          when 'record_id' then 'The record.'
          when 'role' then 'creator or contributor: the table the person is in.'
          when 'person_position' then 'position of the person there.'
          else 'Place among its kind in the record, from 0, as in the source.'
        end);
      end loop;
    end $$;
  `.execute(db);
}
