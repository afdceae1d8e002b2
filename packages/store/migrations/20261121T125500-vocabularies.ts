import { type Kysely, sql } from 'kysely';

/**
 * Communities and vocabularies, as far as records name them: counted ahead, since counting takes a look at every row. Terms
 * may be longer than an index takes, so they have their own key. Renewed by `refreshAnalytics`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function analytics.folded(term text) returns text
    language sql immutable strict parallel safe
    return regexp_replace(lower(regexp_replace(normalize(term, nfkd), '[\\u0300-\\u036f]', '', 'g')), '[-_./:,;()[\\]{}&+''"@#]+', ' ', 'g');
    comment on function analytics.folded(text) is 'The text without case, accents and punctuation, for looking things up.';
  `.execute(db);
  await createCommunities(db);
  await createTerms(db);
  await createVocabulary(db);
}

async function createCommunities(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.community_size as
    select c.community, count(*) as records, min(r.first_seen_at) as first_seen_at, max(r.changed_at) as changed_at,
      max(r.publication_date) as latest_publication_date, to_tsvector('simple', analytics.folded(c.community)) as words
    from public.record_community c join public.record r on r.id = c.record_id
    where not r.deleted
    group by c.community;
    create unique index community_size_idx on analytics.community_size (community);
    create index community_size_records_idx on analytics.community_size (records desc, community);
    create index community_size_words_idx on analytics.community_size using gin (words);
    comment on materialized view analytics.community_size is 'Communities that records are in.';
    comment on column analytics.community_size.community is 'Slug.';
    comment on column analytics.community_size.records is 'Records in it, every version counted.';
    comment on column analytics.community_size.first_seen_at is 'When the first of them was stored here.';
    comment on column analytics.community_size.changed_at is 'When one of them last changed here.';
    comment on column analytics.community_size.latest_publication_date is 'The latest publication date in it.';
    comment on column analytics.community_size.words is 'The words of the slug, for looking it up.';
  `.execute(db);
}

/** One row for each mention of a term. */
async function createTerms(db: Kysely<unknown>): Promise<void> {
  await sql`
    create view analytics.term_mention as
    select 'resourcetypes' as vocabulary, concat_ws('-', r.resource_type, r.resource_subtype) as id,
      coalesce(nullif(r.resource_type_text, ''), r.resource_type_general, r.resource_type) as title, null::text as scheme, null::jsonb as details, r.id as record_id
    from public.record r where not r.deleted and r.resource_type is not null
    union all
    select 'languages', r.language, r.language, null, null, r.id from public.record r where not r.deleted and r.language is not null
    union all
    select 'licenses', lower(coalesce(l.rights_identifier, l.spdx)), coalesce(l.rights, l.rights_identifier, l.spdx), l.rights_identifier_scheme,
      jsonb_build_object('spdx', l.spdx, 'url', l.rights_uri), l.record_id
    from public.record_rights l where l.kind = 'licence' and coalesce(l.rights_identifier, l.spdx) is not null
    union all
    select 'subjects', coalesce(s.value_uri, concat_ws(':', s.subject_scheme, s.subject)), s.subject, s.subject_scheme, null, s.record_id from public.record_subject s
    union all
    select 'funders', coalesce(f.funder_ror, f.funder_doi, f.funder_name), f.funder_name,
      case when f.funder_ror is not null then 'ror' when f.funder_doi is not null then 'crossref-funder-id' end, null, f.record_id
    from public.record_funding f where coalesce(f.funder_ror, f.funder_doi, f.funder_name) is not null
    union all
    select 'awards', concat_ws('::', coalesce(f.funder_ror, f.funder_doi, f.funder_name), f.award_number), coalesce(f.award_title, f.award_number), null,
      jsonb_build_object('number', f.award_number, 'funder', f.funder_name, 'url', f.award_uri), f.record_id
    from public.record_funding f where f.award_number is not null
    union all
    select 'names', p.orcid, p.name, 'orcid', jsonb_build_object('given_name', p.given_name, 'family_name', p.family_name), p.record_id
    from public.record_creator p where p.orcid is not null
    union all
    select 'names', p.orcid, p.name, 'orcid', jsonb_build_object('given_name', p.given_name, 'family_name', p.family_name), p.record_id
    from public.record_contributor p where p.orcid is not null
    union all
    select 'affiliations', coalesce(a.ror, a.name), coalesce(a.name, a.ror), case when a.ror is not null then 'ror' end, null, a.record_id
    from public.record_affiliation a where coalesce(a.ror, a.name) is not null;
    comment on view analytics.term_mention is 'Each mention of a resource type, language, licence, subject, funder, award, person with an ORCID iD or affiliation by a record.';
    comment on column analytics.term_mention.vocabulary is 'resourcetypes, languages, licenses, subjects, funders, awards, names or affiliations.';
    comment on column analytics.term_mention.id is 'What identifies the term: an identifier if it has one, else its name.';
    comment on column analytics.term_mention.title is 'Its name.';
    comment on column analytics.term_mention.scheme is 'What kind of identifier id is, or the vocabulary that a subject is out of.';
    comment on column analytics.term_mention.details is 'What else the mention says of it.';
    comment on column analytics.term_mention.record_id is 'The record.';
  `.execute(db);
}

async function createVocabulary(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view analytics.vocabulary_term as
    select m.vocabulary, md5(m.id)::uuid as key, min(m.id) as id, mode() within group (order by m.title) as title, min(m.scheme) as scheme,
      (array_agg(m.details) filter (where m.details is not null))[1] as details, count(distinct m.record_id) as records,
      to_tsvector('simple', left(analytics.folded(concat_ws(' ', mode() within group (order by m.title), min(m.id))), 2000)) as words
    from analytics.term_mention m
    group by m.vocabulary, md5(m.id)::uuid;
    create unique index vocabulary_term_idx on analytics.vocabulary_term (vocabulary, key);
    create index vocabulary_term_records_idx on analytics.vocabulary_term (vocabulary, records desc, key);
    create index vocabulary_term_words_idx on analytics.vocabulary_term using gin (words);
    comment on materialized view analytics.vocabulary_term is 'The terms that records use, with how many do.';
    comment on column analytics.vocabulary_term.vocabulary is 'resourcetypes, languages, licenses, subjects, funders, awards, names or affiliations.';
    comment on column analytics.vocabulary_term.key is 'MD5 of id: a subject may be longer than an index takes.';
    comment on column analytics.vocabulary_term.id is 'What identifies the term: an identifier if it has one, else its name.';
    comment on column analytics.vocabulary_term.title is 'The name that most give it.';
    comment on column analytics.vocabulary_term.scheme is 'What kind of identifier id is, or the vocabulary that a subject is out of.';
    comment on column analytics.vocabulary_term.details is 'What else one of the mentions says of it.';
    comment on column analytics.vocabulary_term.records is 'Records that use it.';
    comment on column analytics.vocabulary_term.words is 'Words of title and id, for looking it up.';
  `.execute(db);
}
