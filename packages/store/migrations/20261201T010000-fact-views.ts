import { type Kysely, sql } from 'kysely';

/** Views of what only the JSON of records says: files, downloads, taxa, journals, conferences, theses, references. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createFiles(db);
  await createDownloads(db);
  await createTaxa(db);
  await createPublications(db);
  await createReferences(db);
  await sql`
    comment on table public.record_stats is 'Statistics of a record as a JSON dump or thresher enrich last brought them. No row: never reported.';
    comment on column public.record_stats.fetched_at is 'As of when the source said so: when it was asked, or when the dump was made.';
    comment on table public.record_file is 'The files of a record as a JSON dump or thresher enrich last brought them; record_stats.fetched_at says when.';
  `.execute(db);
}

async function createFiles(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.file as
    select r.source_id, f.record_id, f.position, f.key, f.file_type, f.mimetype, f.size, case
        when f.size is null then null when f.size < 1000000 then '1: below 1 MB' when f.size < 100000000 then '2: 1 to 100 MB'
        when f.size < 10000000000 then '3: 100 MB to 10 GB' else '4: 10 GB and more' end as size_class,
      f.checksum, f.url, r.publication_year, r.resource_type, r.is_latest_version
    from public.record_file f join public.record r on r.id = f.record_id
    where not r.deleted;
    comment on view analytics.file is 'Files with what their records are: one row a file.';
    comment on column analytics.file.source_id is 'The source.';
    comment on column analytics.file.record_id is 'The record.';
    comment on column analytics.file.position is 'Place in the record, from 0.';
    comment on column analytics.file.key is 'Name of the file.';
    comment on column analytics.file.file_type is 'What follows the last dot of the name, lower case.';
    comment on column analytics.file.mimetype is 'Media type as the source reports it.';
    comment on column analytics.file.size is 'Bytes.';
    comment on column analytics.file.size_class is 'Class of the size, with a number in front to sort by; null where the size is not known.';
    comment on column analytics.file.checksum is 'Algorithm and digest.';
    comment on column analytics.file.url is 'Where the content is.';
    comment on column analytics.file.publication_year is 'publicationYear of the record.';
    comment on column analytics.file.resource_type is 'Type of the record.';
    comment on column analytics.file.is_latest_version is 'Whether the record is the latest version of its concept.';

    create view analytics.file_type_size as
    select f.source_id, f.file_type, f.size_class, count(*) as files, count(distinct f.record_id) as records, sum(f.size) as bytes
    from analytics.file f where f.is_latest_version
    group by f.source_id, f.file_type, f.size_class;
    comment on view analytics.file_type_size is 'Files of the latest versions by type and size.';
    comment on column analytics.file_type_size.source_id is 'The source.';
    comment on column analytics.file_type_size.file_type is 'What follows the last dot of the name; null for names without one.';
    comment on column analytics.file_type_size.size_class is 'Class of the size, as in analytics.file.';
    comment on column analytics.file_type_size.files is 'Number of files.';
    comment on column analytics.file_type_size.records is 'Number of records that have such files.';
    comment on column analytics.file_type_size.bytes is 'Their size together.';

    create view analytics.file_licence as
    select f.source_id, f.record_id, f.position, f.key, f.file_type, f.size, f.publication_year, f.is_latest_version, l.spdx, l.licence, l.is_open
    from analytics.file f left join analytics.record_licence l on l.record_id = f.record_id;
    comment on view analytics.file_licence is 'Files with the licences of their records: one row for each file and licence, and one for a file of a record without any.';
    comment on column analytics.file_licence.source_id is 'The source.';
    comment on column analytics.file_licence.record_id is 'The record.';
    comment on column analytics.file_licence.position is 'Place in the record, from 0.';
    comment on column analytics.file_licence.key is 'Name of the file.';
    comment on column analytics.file_licence.file_type is 'What follows the last dot of the name.';
    comment on column analytics.file_licence.size is 'Bytes.';
    comment on column analytics.file_licence.publication_year is 'publicationYear of the record.';
    comment on column analytics.file_licence.is_latest_version is 'Whether the record is the latest version of its concept.';
    comment on column analytics.file_licence.spdx is 'SPDX id; null for a licence that has none.';
    comment on column analytics.file_licence.licence is 'SPDX id, else identifier, text or URI as written.';
    comment on column analytics.file_licence.is_open is 'Whether the licence permits any use; null without a licence.';
  `.execute(db);
}

async function createDownloads(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.community_download_year as
    select r.source_id, c.community, t.title as community_title, r.publication_year, count(*) as records, sum(s.version_views) as views, sum(s.version_unique_views) as unique_views,
      sum(s.version_downloads) as downloads, sum(s.version_unique_downloads) as unique_downloads, sum(s.version_volume) as volume, min(s.fetched_at) as as_of
    from public.record r join public.record_stats s on s.record_id = r.id join public.record_community c on c.record_id = r.id
      left join public.community t on t.source_id = r.source_id and t.slug = c.community
    where not r.deleted and s.version_views is not null
    group by r.source_id, c.community, t.title, r.publication_year;
    comment on view analytics.community_download_year is 'Views and downloads of the records of a community by publication year: all versions, each by itself. The source reports totals only, so a year is that of publication, not of the download.';
    comment on column analytics.community_download_year.source_id is 'The source.';
    comment on column analytics.community_download_year.community is 'Short name of the community.';
    comment on column analytics.community_download_year.community_title is 'Title of the community, if a JSON dump or enrich brought it.';
    comment on column analytics.community_download_year.publication_year is 'publicationYear of the records.';
    comment on column analytics.community_download_year.records is 'Records with statistics.';
    comment on column analytics.community_download_year.views is 'Views.';
    comment on column analytics.community_download_year.unique_views is 'Unique views.';
    comment on column analytics.community_download_year.downloads is 'Downloads.';
    comment on column analytics.community_download_year.unique_downloads is 'Unique downloads.';
    comment on column analytics.community_download_year.volume is 'Bytes downloaded.';
    comment on column analytics.community_download_year.as_of is 'When the source reported the oldest of these figures.';
  `.execute(db);
}

async function createTaxa(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.taxon as
    select r.source_id, c.record_id, c.position, max(c.value) filter (where c.field = 'dwc:kingdom') as kingdom, max(c.value) filter (where c.field = 'dwc:phylum') as phylum,
      max(c.value) filter (where c.field = 'dwc:class') as class, max(c.value) filter (where c.field = 'dwc:order') as "order",
      max(c.value) filter (where c.field = 'dwc:family') as family, max(c.value) filter (where c.field = 'dwc:genus') as genus,
      max(c.value) filter (where c.field = 'dwc:specificEpithet') as specific_epithet, max(c.value) filter (where c.field = 'dwc:scientificName') as scientific_name,
      max(c.value) filter (where c.field = 'dwc:scientificNameAuthorship') as authorship, max(c.value) filter (where c.field = 'dwc:taxonRank') as rank,
      max(c.value) filter (where c.field = 'dwc:taxonomicStatus') as status, r.publication_year, r.is_latest_version
    from public.record_custom_field c join public.record r on r.id = c.record_id
    where not r.deleted and c.field in ('dwc:kingdom', 'dwc:phylum', 'dwc:class', 'dwc:order', 'dwc:family', 'dwc:genus', 'dwc:specificEpithet',
      'dwc:scientificName', 'dwc:scientificNameAuthorship', 'dwc:taxonRank', 'dwc:taxonomicStatus')
    group by r.source_id, c.record_id, c.position, r.publication_year, r.is_latest_version;
    comment on view analytics.taxon is 'Taxa from the Darwin Core fields of records. Each field of a record is a list; values at the same place of their lists make a row.';
    comment on column analytics.taxon.source_id is 'The source.';
    comment on column analytics.taxon.record_id is 'The record.';
    comment on column analytics.taxon.position is 'Place in the lists, from 0.';
    comment on column analytics.taxon.kingdom is 'dwc:kingdom.';
    comment on column analytics.taxon.phylum is 'dwc:phylum.';
    comment on column analytics.taxon.class is 'dwc:class.';
    comment on column analytics.taxon."order" is 'dwc:order.';
    comment on column analytics.taxon.family is 'dwc:family.';
    comment on column analytics.taxon.genus is 'dwc:genus.';
    comment on column analytics.taxon.specific_epithet is 'dwc:specificEpithet.';
    comment on column analytics.taxon.scientific_name is 'dwc:scientificName.';
    comment on column analytics.taxon.authorship is 'dwc:scientificNameAuthorship.';
    comment on column analytics.taxon.rank is 'dwc:taxonRank.';
    comment on column analytics.taxon.status is 'dwc:taxonomicStatus.';
    comment on column analytics.taxon.publication_year is 'publicationYear of the record.';
    comment on column analytics.taxon.is_latest_version is 'Whether the record is the latest version of its concept.';

    create view analytics.taxon_family as
    select t.source_id, t.kingdom, t.family, count(distinct t.record_id) as records, count(distinct t.genus) as genera, count(distinct t.scientific_name) as scientific_names
    from analytics.taxon t where t.is_latest_version and t.family is not null
    group by t.source_id, t.kingdom, t.family;
    comment on view analytics.taxon_family is 'Families with the records about them, latest versions only.';
    comment on column analytics.taxon_family.source_id is 'The source.';
    comment on column analytics.taxon_family.kingdom is 'dwc:kingdom; null where the record does not say.';
    comment on column analytics.taxon_family.family is 'dwc:family.';
    comment on column analytics.taxon_family.records is 'Number of records.';
    comment on column analytics.taxon_family.genera is 'Number of different dwc:genus.';
    comment on column analytics.taxon_family.scientific_names is 'Number of different dwc:scientificName.';
  `.execute(db);
}

async function createPublications(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.journal as
    select r.source_id, lower(r.journal_title) as journal, min(r.journal_title) as title, max(r.journal_issn) as issn, count(*) as records,
      min(r.publication_year) as first_year, max(r.publication_year) as last_year
    from public.record r where not r.deleted and r.is_latest_version and r.journal_title is not null
    group by r.source_id, lower(r.journal_title);
    comment on view analytics.journal is 'Journals with the records that appeared in them, latest versions only.';
    comment on column analytics.journal.source_id is 'The source.';
    comment on column analytics.journal.journal is 'Title in lower case: what to group by.';
    comment on column analytics.journal.title is 'Title as one of the records has it.';
    comment on column analytics.journal.issn is 'ISSN as one of the records has it.';
    comment on column analytics.journal.records is 'Number of records.';
    comment on column analytics.journal.first_year is 'Earliest publicationYear.';
    comment on column analytics.journal.last_year is 'Latest publicationYear.';

    create view analytics.meeting as
    select r.source_id, c.record_id, c.json ->> 'acronym' as acronym, c.json ->> 'title' as title, c.json ->> 'dates' as dates, c.json ->> 'place' as place,
      c.json ->> 'session' as session, c.json ->> 'session_part' as session_part, c.json ->> 'url' as url
    from public.record_custom_field c join public.record r on r.id = c.record_id
    where not r.deleted and c.field = 'meeting:meeting' and jsonb_typeof(c.json) = 'object';
    comment on view analytics.meeting is 'Conferences that papers, posters and talks belong to, each member as the source writes it.';
    comment on column analytics.meeting.source_id is 'The source.';
    comment on column analytics.meeting.record_id is 'The record.';
    comment on column analytics.meeting.acronym is 'Short name.';
    comment on column analytics.meeting.title is 'Title.';
    comment on column analytics.meeting.dates is 'When it was.';
    comment on column analytics.meeting.place is 'Where it was.';
    comment on column analytics.meeting.session is 'Session.';
    comment on column analytics.meeting.session_part is 'Part of the session.';
    comment on column analytics.meeting.url is 'Website.';

    create view analytics.thesis as
    select r.source_id, c.record_id, coalesce(c.json ->> 'university', c.value) as university, c.json ->> 'department' as department, c.json ->> 'type' as type,
      c.json ->> 'date_submitted' as date_submitted, c.json ->> 'date_defended' as date_defended
    from public.record_custom_field c join public.record r on r.id = c.record_id
    where not r.deleted and c.field in ('thesis:thesis', 'thesis:university');
    comment on view analytics.thesis is 'What records say of the degree that a thesis was written for.';
    comment on column analytics.thesis.source_id is 'The source.';
    comment on column analytics.thesis.record_id is 'The record.';
    comment on column analytics.thesis.university is 'University that awarded the degree.';
    comment on column analytics.thesis.department is 'Department.';
    comment on column analytics.thesis.type is 'Kind of thesis as written.';
    comment on column analytics.thesis.date_submitted is 'When it was submitted, EDTF.';
    comment on column analytics.thesis.date_defended is 'When it was defended, EDTF.';
  `.execute(db);
}

async function createReferences(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function analytics.doi_within(text text) returns text
    language sql immutable strict parallel safe
    return (
      select lower(case when length(replace(d.doi, ')', '')) < length(replace(d.doi, '(', '')) then regexp_replace(d.doi, '[)][^()]*$', '') else d.doi end)
      from (select regexp_replace(substring(text from '10[.][0-9]{4,9}(?:[.][0-9]+)*/[^[:space:]"<>]+'), '[].,;:''’”}]+$', '') as doi) d
    );
    comment on function analytics.doi_within(text) is 'The first DOI within a text such as a bibliographic reference, bare and in lower case; null if there is none.';

    create view analytics.reference as
    select r.source_id, f.record_id, f.position, f.reference, f.scheme, f.identifier,
      coalesce(case when f.scheme is null or lower(f.scheme) in ('doi', 'url') then analytics.doi_within(f.identifier) end, analytics.doi_within(f.reference)) as doi,
      r.publication_year, r.is_latest_version
    from public.record_reference f join public.record r on r.id = f.record_id
    where not r.deleted;
    comment on view analytics.reference is 'Works that records cite in their lists of references: one row a reference.';
    comment on column analytics.reference.source_id is 'The source.';
    comment on column analytics.reference.record_id is 'The record that cites.';
    comment on column analytics.reference.position is 'Place in its list, from 0.';
    comment on column analytics.reference.reference is 'The reference as written.';
    comment on column analytics.reference.scheme is 'What kind of identifier the source gives: doi, arxiv …';
    comment on column analytics.reference.identifier is 'The identifier as the source gives it.';
    comment on column analytics.reference.doi is 'DOI of the cited work, bare and in lower case: the identifier, else the first DOI in the text.';
    comment on column analytics.reference.publication_year is 'publicationYear of the record.';
    comment on column analytics.reference.is_latest_version is 'Whether the record is the latest version of its concept.';

    create view analytics.reference_doi as
    select f.source_id, f.doi, count(distinct f.record_id) as citing_records, min(f.publication_year) as first_year, max(f.publication_year) as last_year
    from analytics.reference f where f.doi is not null and f.is_latest_version
    group by f.source_id, f.doi;
    comment on view analytics.reference_doi is 'Cited DOIs with the number of records whose references name them, latest versions only. Join public.record by doi for those that are here.';
    comment on column analytics.reference_doi.source_id is 'The source of the citing records.';
    comment on column analytics.reference_doi.doi is 'The cited DOI, bare and in lower case.';
    comment on column analytics.reference_doi.citing_records is 'Number of records that cite it.';
    comment on column analytics.reference_doi.first_year is 'Earliest publicationYear of those.';
    comment on column analytics.reference_doi.last_year is 'Latest publicationYear of those.';
  `.execute(db);
}
