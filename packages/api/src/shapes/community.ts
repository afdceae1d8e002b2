import type { RdmCommunity } from '@thresher/datacite';
import type { ListedCommunity } from '@thresher/store/read';
import { type Static, Type } from 'typebox';
import { zenodoInstant } from './zenodo-instant.ts';
import { titleOfTerm } from '../terms/fixed-terms.ts';

const Nullable = <T>(type: string, description = 'The source does not report it') =>
  Type.Unsafe<T | null>({ type: [type, 'null'], description });
const Unknown = Type.Null({ description: 'The source does not report it' });

const CommunityType = Type.Object({ id: Type.String(), title: Type.Optional(Type.Record(Type.String(), Type.String())) });

/** A community in InvenioRDM's shape: its slug is in OAI-PMH, its title and the like in the JSON of records, the rest at the source. */
export const Community = Type.Object(
  {
    id: Type.String({ description: 'UUID at the source; the slug if only OAI-PMH has reported it' }),
    slug: Type.String(),
    created: Nullable<string>('string', 'When the first of its records was stored here'),
    updated: Nullable<string>('string', 'When one of its records last changed here'),
    revision_id: Unknown,
    access: Type.Object({
      visibility: Type.String(),
      members_visibility: Unknown,
      member_policy: Unknown,
      record_submission_policy: Unknown,
      review_policy: Unknown,
    }),
    metadata: Type.Object({
      title: Type.String({ description: 'The slug if only OAI-PMH has reported it' }),
      description: Nullable<string>('string', 'From the JSON of single records (thresher enrich), not by dumps'),
      curation_policy: Nullable<string>('string', 'HTML, as the description'),
      page: Nullable<string>('string', 'HTML, as the description'),
      type: Type.Unsafe<Static<typeof CommunityType> | null>({ anyOf: [CommunityType, { type: 'null' }] }),
      website: Nullable<string>('string'),
      organizations: Type.Array(Type.Object({ name: Type.String() })),
      funding: Type.Array(Type.Object({}, { additionalProperties: true }), { description: 'As the JSON of its records has it' }),
    }),
    custom_fields: Type.Object({}),
    deletion_status: Type.Object({ is_deleted: Type.Boolean(), status: Type.String() }),
    children: Type.Object({ allow: Unknown }),
    theme: Unknown,
    records: Type.Integer({ description: 'Records in it, every version counted' }),
    links: Type.Record(Type.String(), Type.String()),
  },
  { $id: 'Community', description: 'A community that harvested records are in' },
);
export type Community = Static<typeof Community>;

const Bucket = Type.Object({ key: Type.String(), doc_count: Type.Integer(), label: Type.String(), is_selected: Type.Boolean() });
const Buckets = Type.Object({ label: Type.String(), buckets: Type.Array(Bucket) });

export const CommunityPage = Type.Object(
  {
    hits: Type.Object({
      hits: Type.Array(Type.Unsafe<Community>({ $ref: 'Community#' })),
      total: Type.Integer({ description: 'No more than 10,000 are counted' }),
    }),
    aggregations: Type.Optional(
      Type.Record(Type.String(), Buckets, { description: 'Counts of communities that the JSON of their source describes' }),
    ),
    sortBy: Type.Optional(Type.String()),
    warnings: Type.Optional(Type.Array(Type.Object({ parameter: Type.String(), detail: Type.String() }))),
    links: Type.Object({ self: Type.String(), prev: Type.Optional(Type.String()), next: Type.Optional(Type.String()) }),
  },
  { $id: 'CommunityPage', description: 'Communities and how many there are in all' },
);

/** The common part of a community in lists, alone, and in a record. Pure. */
export function toCommunityEntry(slug: string, facts: RdmCommunity | null) {
  const title = facts?.type ? titleOfTerm('communitytypes', facts.type) : null;
  return {
    id: facts?.uuid ?? slug,
    slug,
    created: null,
    updated: null,
    links: {},
    revision_id: null,
    metadata: {
      title: facts?.title ?? slug,
      description: facts?.description ?? null,
      curation_policy: facts?.curationPolicy ?? null,
      page: facts?.page ?? null,
      type: facts?.type ? { id: facts.type, ...(title !== null && { title: { en: title } }) } : null,
      website: facts?.website ?? null,
      organizations: (facts?.organizations ?? []).map((name) => ({ name })),
      funding: [...(facts?.funding ?? [])],
    },
    access: {
      visibility: 'public',
      members_visibility: null,
      member_policy: null,
      record_submission_policy: null,
      review_policy: null,
    },
    custom_fields: {},
    deletion_status: { is_deleted: false, status: 'P' },
    children: { allow: null },
    theme: null,
  };
}

/** A community in InvenioRDM's shape. Pure. */
export function toCommunity({ slug, records, firstSeenAt, changedAt, facts }: ListedCommunity, origin: string): Community {
  const name = encodeURIComponent(slug);
  const self = `${origin}/api/communities/${name}`;
  const feed = `${origin}/feeds/communities/${name}`;
  return {
    ...toCommunityEntry(slug, facts),
    created: zenodoInstant(firstSeenAt.toISOString()),
    updated: zenodoInstant(changedAt.toISOString()),
    records,
    links: {
      self,
      self_html: `${origin}/communities/${name}`,
      records: `${self}/records`,
      logo: `${self}/logo`,
      featured: `${self}/featured`,
      members: `${self}/members`,
      public_members: `${self}/members/public`,
      invitations: `${self}/invitations`,
      requests: `${self}/requests`,
      membership_requests: `${self}/membership-requests`,
      atom: `${feed}.atom`,
      rss: `${feed}.rss`,
      json_feed: `${feed}.json`,
      source: `https://zenodo.org/communities/${name}`,
    },
  };
}
