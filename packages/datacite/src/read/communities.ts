import type { RelatedIdentifier } from '../record.ts';

const COMMUNITY_URL = /^https?:\/\/zenodo\.org\/communities\/([^/?#\s]+)\/?$/;
const SET_PREFIX = 'user-';

/** The community a related identifier stands for, null when it is none. */
export function communityOf(related: RelatedIdentifier): string | null {
  if (related.relationType !== 'IsPartOf') return null;
  return COMMUNITY_URL.exec(related.relatedIdentifier)?.[1] ?? null;
}

/** The slugs of the header's `user-*` sets, then of the `IsPartOf` URLs: each of the two is incomplete in some era. */
export function communitiesOf(setSpecs: readonly string[], related: readonly RelatedIdentifier[]): string[] {
  const slugs = new Set<string>();
  for (const setSpec of setSpecs) {
    if (setSpec.startsWith(SET_PREFIX) && setSpec.length > SET_PREFIX.length) slugs.add(setSpec.slice(SET_PREFIX.length));
  }
  for (const each of related) {
    const slug = communityOf(each);
    if (slug !== null) slugs.add(slug);
  }
  return [...slugs];
}
