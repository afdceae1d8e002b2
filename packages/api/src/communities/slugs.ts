import type { Db } from '@thresher/store/database';
import { communitySlug, isCommunity } from '@thresher/store/read';
import { ApiProblem } from '../problems/problem.ts';

/** The slug of a community, found by slug or UUID. Throws an `ApiProblem` if no record is in it. */
export async function mustBeCommunity(db: Db, name: string): Promise<string> {
  if (name.includes('\u0000')) throw unknownCommunity(name);
  const found = await communitySlug(db, name);
  if (!(await isCommunity(db, found))) throw unknownCommunity(name);
  return found;
}

const COMMUNITY_FIELD = /^(?:parent\.)?communit(?:y|ies)(?:\.|$)/;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const IN_QUERY = new RegExp(`((?:metadata\\.)?(?:parent\\.)?communit(?:y|ies)[\\w.]*:"?)(${UUID.source})`, 'gi');

/** Replaces UUIDs of known communities by their slugs in the parameters of a search. */
export async function withSlugs<T extends Readonly<Record<string, unknown>>>(db: Db, query: T): Promise<T> {
  const named = Object.entries(query).filter(([name, value]) => COMMUNITY_FIELD.test(name) && UUID.test(String(value)));
  const q = typeof query['q'] === 'string' ? query['q'] : '';
  const inQuery = [...q.matchAll(IN_QUERY)].map(([, , uuid]) => uuid!);
  if (named.length === 0 && inQuery.length === 0) return query;
  const slugs = new Map(await Promise.all([...new Set(inQuery)].map(async (uuid) => [uuid, await communitySlug(db, uuid)] as const)));
  const listed = await Promise.all(
    named.map(async ([name, value]) => {
      const values = [value].flat().flatMap((one) => String(one).split(','));
      return [name, await Promise.all(values.map((one) => communitySlug(db, one.trim())))] as const;
    }),
  );
  const replaced = q.replace(IN_QUERY, (_, before: string, uuid: string) => before + (slugs.get(uuid) ?? uuid));
  return { ...query, ...Object.fromEntries(listed), ...(inQuery.length > 0 && { q: replaced }) };
}

/** 404: no record here is in a community of that name. */
export function unknownCommunity(name: string): ApiProblem {
  return new ApiProblem(
    404,
    'unknown-community',
    `no record here is in a community '${name.slice(0, 100)}': /api/communities?q=… looks for those there are`,
  );
}
