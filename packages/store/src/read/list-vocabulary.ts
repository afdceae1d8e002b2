import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** The vocabularies that are made from what records name. */
export const VOCABULARIES = ['resourcetypes', 'languages', 'licenses', 'subjects', 'funders', 'awards', 'names', 'affiliations'] as const;
export type Vocabulary = (typeof VOCABULARIES)[number];

export interface Term {
  readonly id: string;
  /** The name that most give it. */
  readonly title: string;
  readonly scheme: string | null;
  readonly details: Readonly<Record<string, string | null>> | null;
  /** Records that use it, as of the last refresh. */
  readonly records: number;
}

export interface ListedCommunity {
  readonly slug: string;
  readonly records: number;
  readonly firstSeenAt: Date;
  readonly changedAt: Date;
}

/** A piece of a list that is looked through by words: each word is the beginning of one in the term. */
export interface Lookup {
  readonly words: string;
  readonly limit: number;
  readonly offset: number;
}

export interface Piece<T> {
  /** No more than 10,000 are counted. */
  readonly total: number;
  readonly items: readonly T[];
}

/** Terms of a vocabulary, the most used first; on the first page one whose id is what was asked for goes before all. */
export async function listTerms(db: Kysely<Database>, vocabulary: Vocabulary, { words, limit, offset }: Lookup): Promise<Piece<Term>> {
  const chosen = sql`analytics.vocabulary_term t where t.vocabulary = ${vocabulary} and ${matches(words)}`;
  // In the order of an index: millions need not be sorted.
  const { rows } = await sql<Term>`
    select t.id, t.title, t.scheme, t.details, t.records from ${chosen} order by t.records desc, t.key limit ${limit} offset ${offset}
  `.execute(db);
  const named = words.trim() === '' || offset > 0 ? null : await findTerm(db, vocabulary, words.trim());
  const items = named === null ? rows : [named, ...rows.filter((term) => term.id !== named.id)].slice(0, limit);
  return { total: Math.max(await count(db, chosen), items.length), items };
}

/** The term of that id; null where no record uses it. */
export async function findTerm(db: Kysely<Database>, vocabulary: Vocabulary, id: string): Promise<Term | null> {
  const { rows } = await sql<Term>`
    select t.id, t.title, t.scheme, t.details, t.records from analytics.vocabulary_term t
    where t.vocabulary = ${vocabulary} and t.key = md5(${id})::uuid
  `.execute(db);
  return rows[0] ?? null;
}

const ORDERS = {
  /** The largest first. */
  bestmatch: sql`t.records desc, t.community`,
  newest: sql`t.first_seen_at desc, t.community`,
  oldest: sql`t.first_seen_at, t.community`,
} as const;
export type CommunityOrder = keyof typeof ORDERS;

/** Communities by the words of their slugs. */
export async function listCommunities(
  db: Kysely<Database>,
  { words, limit, offset, order }: Lookup & { readonly order: CommunityOrder },
): Promise<Piece<ListedCommunity>> {
  const chosen = sql`analytics.community_size t where ${matches(words)}`;
  const { rows } = await sql<ListedCommunity>`
    select t.community as slug, t.records, t.first_seen_at as "firstSeenAt", t.changed_at as "changedAt" from ${chosen}
    order by t.community = ${words.trim()} desc, ${ORDERS[order]} limit ${limit} offset ${offset}
  `.execute(db);
  return { total: await count(db, chosen), items: rows };
}

/** A community as it is now, a large one as of the last refresh; null where no record is in it. */
export async function findCommunity(db: Kysely<Database>, slug: string): Promise<ListedCommunity | null> {
  // The second branch is only begun where the first has nothing.
  const { rows } = await sql<ListedCommunity>`
    select t.community as slug, t.records, t.first_seen_at as "firstSeenAt", t.changed_at as "changedAt"
    from analytics.community_size t where t.community = ${slug} and t.records > ${mostCounted}
    union all
    select c.community, count(*), min(r.first_seen_at), max(r.changed_at)
    from public.record_community c join public.record r on r.id = c.record_id
    where c.community = ${slug} and not r.deleted group by c.community
    limit 1
  `.execute(db);
  return rows[0] ?? null;
}

/** Whether a record is in it. */
export async function isCommunity(db: Kysely<Database>, slug: string): Promise<boolean> {
  const { rows } = await sql`
    select from public.record_community c join public.record r on r.id = c.record_id where c.community = ${slug} and not r.deleted limit 1
  `.execute(db);
  return rows.length > 0;
}

/** All of them where there are no words. What is no word in a term (signs only) finds nothing. */
function matches(words: string): RawBuilder<unknown> {
  if (words.trim() === '') return sql`true`;
  const beginnings = words
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, 20)
    .map((word) => `${word}:*`);
  return beginnings.length === 0 ? sql`false` : sql`t.words @@ to_tsquery('simple', ${beginnings.join(' & ')})`;
}

/** Counted no further than pages reach. */
const mostCounted = 10_000;

async function count(db: Kysely<Database>, chosen: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (select from ${chosen} limit ${mostCounted}) counted`.execute(
    db,
  );
  return rows[0]!.count;
}
