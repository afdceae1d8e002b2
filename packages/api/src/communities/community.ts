import type { ListedCommunity } from '@thresher/store';
import { type Static, Type } from 'typebox';

/** A community in InvenioRDM's shape. OAI-PMH carries its slug; the rest is at the source. */
export const Community = Type.Object(
  {
    id: Type.String({ description: 'The slug: the source’s own number is not harvested' }),
    slug: Type.String(),
    created: Type.String({ description: 'When the first of its records was stored here' }),
    updated: Type.String({ description: 'When one of its records last changed here' }),
    access: Type.Object({ visibility: Type.String() }),
    metadata: Type.Object({ title: Type.String({ description: 'The slug: titles are not in OAI-PMH' }) }),
    records: Type.Integer({ description: 'Records in it, every version counted' }),
    links: Type.Record(Type.String(), Type.String()),
  },
  { $id: 'Community', description: 'A community that harvested records are in' },
);
export type Community = Static<typeof Community>;

export const CommunityPage = Type.Object(
  {
    hits: Type.Object({
      hits: Type.Array(Type.Unsafe<Community>({ $ref: 'Community#' })),
      total: Type.Integer({ description: 'No more than 10,000 are counted' }),
    }),
    links: Type.Object({ self: Type.String(), prev: Type.Optional(Type.String()), next: Type.Optional(Type.String()) }),
  },
  { $id: 'CommunityPage', description: 'Communities and how many there are in all' },
);

/** Pure. */
export function toCommunity({ slug, records, firstSeenAt, changedAt }: ListedCommunity, origin: string): Community {
  const self = `${origin}/api/communities/${encodeURIComponent(slug)}`;
  const feed = `${origin}/feeds/communities/${encodeURIComponent(slug)}`;
  return {
    id: slug,
    slug,
    created: firstSeenAt.toISOString(),
    updated: changedAt.toISOString(),
    access: { visibility: 'public' },
    metadata: { title: slug },
    records,
    links: {
      self,
      records: `${self}/records`,
      atom: `${feed}.atom`,
      rss: `${feed}.rss`,
      source: `https://zenodo.org/communities/${encodeURIComponent(slug)}`,
    },
  };
}
