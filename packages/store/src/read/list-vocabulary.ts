import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import type { RdmCommunity } from '@thresher/datacite';

/** The vocabularies that are made from what records name. */
export const VOCABULARIES = ['resourcetypes', 'languages', 'licenses', 'subjects', 'funders', 'awards', 'names', 'affiliations'] as const;
export type Vocabulary = (typeof VOCABULARIES)[number];

export interface Term {
  readonly id: string;
  /** The most frequent name of the term. */
  readonly title: string;
  readonly scheme: string | null;
  readonly details: Readonly<Record<string, string | null>> | null;
  /** Of an award: as the JSON of a record describes it. */
  readonly acronym?: string | null;
  readonly program?: string | null;
  /** Records that use it, as of the last refresh. */
  readonly records: number;
}

export interface ListedCommunity {
  readonly slug: string;
  readonly records: number;
  readonly firstSeenAt: Date;
  readonly changedAt: Date;
  /** As the JSON of its records describes it; null if only OAI-PMH has named it. */
  readonly facts: RdmCommunity | null;
}

type CountedCommunity = Omit<ListedCommunity, 'facts'>;

/** Which part of a list is wanted. Each word must be the beginning of a word in the term, or each on one side of an `OR`. */
export interface Lookup {
  readonly words: string;
  readonly limit: number;
  readonly offset: number;
  /** What the wanted term may be called: the first that is an id goes first. The words unless specified. */
  readonly names?: readonly string[];
  /** Of awards: only those of these funders, by the part of their ids before `::`. */
  readonly funders?: readonly string[];
  /** Of subjects: only those of one of these schemes, in any case. */
  readonly schemes?: readonly string[];
}

/** `used`: the most used first, except one that is called what was asked for. `title`: by title, whatever their case and accents. */
export type TermOrder = 'used' | 'title';

export interface Portion<T> {
  /** No more than 10,000 are counted. */
  readonly total: number;
  readonly items: readonly T[];
}

/** Terms of a vocabulary, the most used first; on the first page one whose id is what was asked for goes before all. */
export async function listTerms(
  db: Kysely<Database>,
  vocabulary: Vocabulary,
  lookup: Lookup & { readonly order?: TermOrder },
): Promise<Portion<Term>> {
  const { words, limit, offset, names = [words.trim()], funders = [], schemes = [], order = 'used' } = lookup;
  const ofFunders = funders.length === 0 ? sql`` : sql`and split_part(t.id, '::', 1) = any(${funders})`;
  const ofSchemes = schemes.length === 0 ? sql`` : sql`and lower(t.scheme) = any(${schemes.map((scheme) => scheme.trim().toLowerCase())})`;
  const all = sql`analytics.vocabulary_term t where t.vocabulary = ${vocabulary} ${ofFunders} ${ofSchemes}`;
  const named = words.trim() === '' ? null : await firstNamed(db, all, names);
  const isNamed = named === null ? sql`false` : sql`t.key = md5(${named.id})::uuid`;
  const chosen = sql`${all} and (${matches(words)} or ${hasAcronym(vocabulary, names)} or ${isNamed})`;
  // By use they are ordered by an index, so that millions of rows need not be sorted.
  const sorted = order === 'title' ? sql`analytics.folded(t.title) collate "C", t.key` : sql`t.records desc, t.key`;
  const { rows } = await sql<Term>`
    select t.id, t.title, t.scheme, t.details, t.records from ${chosen} order by ${sorted} limit ${limit} offset ${offset}
  `.execute(db);
  const isFirst = named !== null && offset === 0 && order === 'used';
  const items = isFirst ? [named, ...rows.filter((term) => term.id !== named.id)].slice(0, limit) : rows;
  return { total: Math.max(await count(db, chosen), items.length), items: await withAwards(db, vocabulary, items) };
}

const keysOf = (names: readonly string[]): RawBuilder<unknown> => sql`array(select md5(n)::uuid from unnest(${names}::text[]) as n)`;

/** The term that has the first of these names; null if none has. */
async function firstNamed(db: Kysely<Database>, all: RawBuilder<unknown>, names: readonly string[]): Promise<Term | null> {
  const { rows } = await sql<Term>`
    select t.id, t.title, t.scheme, t.details, t.records from ${all} and t.key = any(${keysOf(names)})
    order by array_position(${names}::text[], t.id) limit 1`.execute(db);
  return rows[0] ?? null;
}

/** Awards that have one of the names as their acronym; only JSON has acronyms. */
function hasAcronym(vocabulary: Vocabulary, names: readonly string[]): RawBuilder<unknown> {
  if (vocabulary !== 'awards') return sql`false`;
  const acronyms = names.map((name) => name.toLowerCase());
  return sql`t.key in (select md5(a.award_id)::uuid from public.record_award a where lower(a.acronym) = any(${acronyms}) and a.award_id is not null)`;
}

/** With the acronym and programme of awards, as any record has them. */
async function withAwards(db: Kysely<Database>, vocabulary: Vocabulary, terms: readonly Term[]): Promise<Term[]> {
  if (vocabulary !== 'awards' || terms.length === 0) return [...terms];
  const { rows } = await sql<{ id: string; acronym: string | null; program: string | null }>`
    select t.id, a.acronym, a.program from unnest(${terms.map(({ id }) => id)}::text[]) as t (id) cross join lateral (
      select acronym, program from public.record_award where award_id = t.id
      order by acronym is null, program is null, record_id desc limit 1) a`.execute(db);
  const told = new Map(rows.map(({ id, acronym, program }) => [id, { acronym, program }]));
  return terms.map((term) => ({ ...term, ...told.get(term.id) }));
}

/** The term of that id; null if no record uses it. */
export async function findTerm(db: Kysely<Database>, vocabulary: Vocabulary, id: string): Promise<Term | null> {
  const { rows } = await sql<Term>`
    select t.id, t.title, t.scheme, t.details, t.records from analytics.vocabulary_term t
    where t.vocabulary = ${vocabulary} and t.key = md5(${id})::uuid
  `.execute(db);
  const [term] = await withAwards(db, vocabulary, rows);
  return term ?? null;
}

const ORDERS = {
  /** The largest first. */
  bestmatch: sql`t.records desc, t.community`,
  newest: sql`t.first_seen_at desc, t.community`,
  oldest: sql`t.first_seen_at, t.community`,
  'updated-desc': sql`t.changed_at desc, t.community`,
  'updated-asc': sql`t.changed_at, t.community`,
} as const;
export type CommunityOrder = keyof typeof ORDERS;

export interface CommunityChoice extends Lookup {
  readonly order: CommunityOrder;
  /** Only those of one of these types, and with one of these organisations, as the JSON of records has them; empty: all. */
  readonly types?: readonly string[];
  readonly organizations?: readonly string[];
  /** Ids (ROR) or names of funders. */
  readonly funders?: readonly string[];
}

/**
 * Communities by the words of their slugs and titles. They are counted now if the computed view is behind and there are few memberships.
 * While the view is still empty, as during a first harvest, many are listed by their slugs alone and counted on the page that is shown.
 */
export async function listCommunities(db: Kysely<Database>, choice: CommunityChoice): Promise<Portion<ListedCommunity>> {
  const { words, limit, offset, order } = choice;
  const source = await communitySource(db);
  if (source === 'by slug') return listBySlug(db, choice);
  const sizes = source === 'view' ? sql`analytics.community_size` : communitiesNow;
  const chosen = sql`${sizes} t where ${isWanted(choice)}`;
  const { rows } = await sql<CountedCommunity>`
    select t.community as slug, t.records, t.first_seen_at as "firstSeenAt", t.changed_at as "changedAt" from ${chosen}
    order by t.community = ${words.trim()} desc, ${ORDERS[order]} limit ${limit} offset ${offset}
  `.execute(db);
  return { total: await count(db, chosen), items: await described(db, rows) };
}

function isWanted({ words, types = [], organizations = [], funders = [] }: CommunityChoice): RawBuilder<unknown> {
  const told = (condition: RawBuilder<unknown>) => sql`exists (select from public.community k where k.slug = t.community and ${condition})`;
  const query = wordQuery(words);
  const named = query === null ? sql`true` : sql`(${matches(words)} or ${told(sql`${titleWords} @@ ${query}`)})`;
  const typed = types.length === 0 ? sql`` : sql`and ${told(sql`k.type = any(${types})`)}`;
  const organised = organizations.length === 0 ? sql`` : sql`and ${told(sql`k.organizations && ${organizations}`)}`;
  const funded =
    funders.length === 0
      ? sql``
      : sql`and ${told(sql`exists (select from ${fundersOf} where f.key = any(${funders}) or f.label = any(${funders}))`)}`;
  return sql`${named} ${typed} ${organised} ${funded}`;
}

/** The funders of a community `k`: by their ids, or by their names if they have none. */
const fundersOf = sql`(
  select distinct coalesce(it -> 'funder' ->> 'id', it -> 'funder' ->> 'name') as key, coalesce(it -> 'funder' ->> 'name', it -> 'funder' ->> 'id') as label
  from jsonb_array_elements(k.funding) as it where it -> 'funder' is not null) f`;

const titleWords = sql`to_tsvector('simple', analytics.folded(coalesce(k.title, '')))`;

export interface CommunityCounts {
  readonly types: readonly { readonly key: string; readonly count: number }[];
  readonly organizations: readonly { readonly key: string; readonly count: number }[];
  /** By id (ROR), or by name if it has none. */
  readonly funders: readonly { readonly key: string; readonly count: number }[];
  /** Communities that no JSON has described. */
  readonly unknown: number;
}

/** The communities that have these words, counted by type, organisation and funder: the largest of each, at most 20. */
export async function countCommunities(db: Kysely<Database>, words: string): Promise<CommunityCounts> {
  const source = await communitySource(db);
  const all = source === 'view' ? sql`analytics.community_size` : communitiesNow;
  // While most communities are not counted yet, only those with a description.
  const chosen = source === 'by slug' ? sql`(select k.slug as community, ${slugWords} as words from public.community k)` : all;
  const { rows } = await sql<{ facet: 'type' | 'organization' | 'funder' | 'unknown'; key: string; count: number }>`
    with chosen as materialized (
      select t.community from ${chosen} t where ${isWanted({ words, limit: 0, offset: 0, order: 'bestmatch' })}
    ), told as materialized (
      select k.slug, k.type, k.organizations, k.funding from public.community k where k.slug in (select community from chosen)
    )
    (select 'type' as facet, type as key, count(distinct slug) as count from told where type is not null group by type order by 3 desc, 2 limit 20)
    union all
    (select 'organization', o, count(distinct slug) from told, unnest(organizations) as o group by o order by 3 desc, 2 limit 20)
    union all
    (select 'funder', f.key, count(distinct slug) from told k cross join lateral ${fundersOf} where f.key is not null group by f.key order by 3 desc, 2 limit 20)
    union all
    (select 'unknown', '', count(*) from chosen where community not in (select slug from told))`.execute(db);
  const of = (facet: string) => rows.filter((row) => row.facet === facet).map(({ key, count: number }) => ({ key, count: number }));
  return { types: of('type'), organizations: of('organization'), funders: of('funder'), unknown: of('unknown')[0]?.count ?? 0 };
}

const slugWords = sql`to_tsvector('simple', analytics.folded(k.slug))`;

/** Communities with their description, by the last source that sent one. */
async function described(db: Kysely<Database>, communities: readonly CountedCommunity[]): Promise<ListedCommunity[]> {
  if (communities.length === 0) return [];
  const { rows } = await sql<RdmCommunity>`
    select distinct on (slug) slug, uuid, title, type, website, organizations, coalesce(funding, '[]') as funding, description, curation_policy as "curationPolicy", page
    from public.community
    where slug = any(${communities.map(({ slug }) => slug)}) order by slug, seen_at desc`.execute(db);
  const bySlug = new Map(rows.map((row) => [row.slug, row]));
  return communities.map((one) => ({ ...one, facts: bySlug.get(one.slug) ?? null }));
}

/** The slug of a community by its slug or its UUID. */
export async function communitySlug(db: Kysely<Database>, name: string): Promise<string> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name)) return name;
  const { rows } = await sql<{ slug: string }>`select slug from public.community where uuid = ${name.toLowerCase()} limit 1`.execute(db);
  return rows[0]?.slug ?? name;
}

/** Memberships that may be counted during one request: takes 0.1 s. */
const fewMemberships = 100_000;

/** The same count as in the view. */
const communitiesNow = sql`(
  select c.community, count(*) as records, min(r.first_seen_at) as first_seen_at, max(r.changed_at) as changed_at,
    to_tsvector('simple', analytics.folded(c.community)) as words
  from public.record_community c join public.record r on r.id = c.record_id where not r.deleted group by c.community)`;

async function communitySource(db: Kysely<Database>): Promise<'view' | 'now' | 'by slug'> {
  const { rows } = await sql<{ fresh: boolean; few: boolean; empty: boolean }>`
    select exists (select from analytics.refresh where view_name = 'community_size'
        and changed_until is not distinct from (select max(changed_at) from public.record)) as fresh,
      (select count(*) from (select from public.record_community limit ${fewMemberships + 1}) memberships) <= ${fewMemberships} as few,
      not exists (select from analytics.community_size) as empty
  `.execute(db);
  const { fresh, few, empty } = rows[0]!;
  if (fresh) return 'view';
  return few ? 'now' : empty ? 'by slug' : 'view';
}

/** One index probe per community, and up to 10,000 memberships counted for each one shown. */
async function listBySlug(db: Kysely<Database>, choice: CommunityChoice): Promise<Portion<ListedCommunity>> {
  const { limit, offset } = choice;
  const chosen = sql`(
    with recursive seen as (
      (select community, 1 as number from public.record_community order by community limit 1)
      union all
      select next.community, seen.number + 1 from seen cross join lateral (
        select c.community from public.record_community c where c.community > seen.community order by c.community limit 1) next
      where seen.number < ${mostCounted})
    select community, to_tsvector('simple', analytics.folded(community)) as words from seen) t where ${isWanted(choice)}`;
  const { rows } = await sql<CountedCommunity>`
    select t.community as slug, counted.* from (select t.community from ${chosen} order by t.community limit ${limit} offset ${offset}) t
    cross join lateral (
      select count(*) as records, min(first_seen_at) as "firstSeenAt", max(changed_at) as "changedAt" from (
        select r.first_seen_at, r.changed_at from public.record_community c join public.record r on r.id = c.record_id
        where c.community = t.community and not r.deleted limit ${mostCounted}) members) counted
    where counted.records > 0 order by t.community
  `.execute(db);
  return { total: await count(db, chosen), items: await described(db, rows) };
}

/** A community by slug or UUID as it is now, a large one as of the last refresh; null if no record is in it. */
export async function findCommunity(db: Kysely<Database>, name: string): Promise<ListedCommunity | null> {
  const slug = await communitySlug(db, name);
  // PostgreSQL runs the second branch only if the first one has no row.
  const { rows } = await sql<CountedCommunity>`
    select t.community as slug, t.records, t.first_seen_at as "firstSeenAt", t.changed_at as "changedAt"
    from analytics.community_size t where t.community = ${slug} and t.records > ${mostCounted}
    union all
    select c.community, count(*), min(r.first_seen_at), max(r.changed_at)
    from public.record_community c join public.record r on r.id = c.record_id
    where c.community = ${slug} and not r.deleted group by c.community
    limit 1
  `.execute(db);
  const [found] = await described(db, rows);
  return found ?? null;
}

/** Whether a record is in it. */
export async function isCommunity(db: Kysely<Database>, slug: string): Promise<boolean> {
  const { rows } = await sql`
    select from public.record_community c join public.record r on r.id = c.record_id where c.community = ${slug} and not r.deleted limit 1
  `.execute(db);
  return rows.length > 0;
}

/** Matches everything if there are no words. A word of signs only matches nothing. */
function matches(words: string): RawBuilder<unknown> {
  const query = wordQuery(words);
  return query === null ? sql`true` : sql`t.words @@ ${query}`;
}

/** Each word as a prefix; the words on both sides of an `OR` are alternatives. Null for no words. */
function wordQuery(words: string): RawBuilder<unknown> | null {
  if (words.trim() === '') return null;
  const beginnings = alternativesOf(words).map(beginningsOf);
  const given = beginnings.filter((one) => one.length > 0).map((one) => `(${one.join(' & ')})`);
  return sql`to_tsquery('simple', ${given.join(' | ')})`;
}

/** The words on each side of an `OR`. Pure. */
export const alternativesOf = (words: string): string[] => words.split(/(?<=\S\s+)OR(?=\s+\S)/);

const beginningsOf = (words: string): string[] =>
  words
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, 20)
    .map((word) => `${word}:*`);

/** Nothing is counted beyond what pages can reach. */
const mostCounted = 10_000;

async function count(db: Kysely<Database>, chosen: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (select from ${chosen} limit ${mostCounted}) counted`.execute(
    db,
  );
  return rows[0]!.count;
}
