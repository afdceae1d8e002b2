import type { Db } from '@thresher/store/database';
import {
  type CommunityCounts,
  type CommunityOrder,
  countCommunities,
  findCommunity,
  listCommunities,
  type ListedCommunity,
} from '@thresher/store/read';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { lookupOf, TERM_PAGING_PARAMETERS, termPageLinks } from '../vocabularies/term-paging.ts';
import { problemResponse } from '../problems/problem.ts';
import { lookUp } from '../lookup/look-up.ts';
import { linkHeader } from '../http/page-links.ts';
import { ref } from '../http/schema-ref.ts';
import { titleOfTerm } from '../terms/fixed-terms.ts';
import { namesOfTerm } from '../vocabularies/term-names.ts';
import { withoutFields } from '../vocabularies/without-fields.ts';
import { Community, CommunityPage, toCommunity } from '../shapes/community.ts';
import { unknownCommunity } from './slugs.ts';

const ORDERS = ['bestmatch', 'newest', 'oldest', 'updated-desc', 'updated-asc'] as const satisfies readonly CommunityOrder[];
const problems = {
  400: problemResponse('A parameter is wrong'),
  404: problemResponse('There is none'),
  503: problemResponse('PostgreSQL does not answer'),
};
const slug = Type.String({ description: 'Slug or UUID of the community', maxLength: 500 });

/** `/api/communities`, `/api/communities/{slug}` and `/api/records/{id}/communities`. */
export function addCommunityRoutes(app: Api, { db }: Pick<ApiDeps, 'db'>): void {
  addList(app, db);
  const one = {
    tags: ['communities'],
    summary: 'One community',
    params: Type.Object({ slug }),
    response: { 200: ref(Community), ...problems },
  };
  app.get('/api/communities/:slug', { schema: one }, async (request) =>
    toCommunity(await mustFind(db, request.params.slug), request.origin),
  );
  addAtSource(app, db);
  addOfRecord(app, db);
}

function addList(app: Api, db: Db): void {
  const sort = Type.Optional(
    Type.Unsafe<CommunityOrder>({
      type: 'string',
      enum: [...ORDERS],
      default: 'bestmatch',
      description: 'bestmatch: the largest first; newest: last come here; updated-desc: one of its records changed last',
    }),
  );
  const values = (description: string) => Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { maxItems: 100, description }));
  const querystring = Type.Object({
    ...TERM_PAGING_PARAMETERS,
    sort,
    type: values('organization, event, topic or project; several mean any of them'),
    organization: values('Name of an organisation; several mean any of them'),
    funder: values('ROR id, Crossref Funder ID or name of a funder; several mean any of them'),
    visibility: values('public: nothing else is harvested'),
  });
  const schema = {
    tags: ['communities'],
    summary: 'Communities that harvested records are in',
    querystring,
    response: { 200: ref(CommunityPage), ...problems },
  };
  app.get('/api/communities', { schema }, async (request, reply) => {
    const { origin, query } = request;
    const lookup = lookupOf({ ...query, ...(query.q !== undefined && { q: withoutFields(query.q) }) });
    const types = (query.type ?? []).flatMap((value) => value.split(',')).filter((value) => value !== '');
    const organizations = query.organization ?? [];
    const funders = (query.funder ?? []).flatMap((name) => namesOfTerm('funders', name));
    const order = query.sort ?? 'bestmatch';
    const isShown = (query.visibility ?? []).every((value) => value === '' || value === 'public');
    const [{ total, items }, counts] = await Promise.all([
      isShown ? listCommunities(db, { ...lookup, order, types, organizations, funders }) : { total: 0, items: [] },
      countCommunities(db, lookup.words),
    ]);
    const links = termPageLinks(requestUrl(request), query, total);
    const warnings = warningsOf(query, counts.unknown);
    reply.header('link', linkHeader(links));
    return {
      hits: { hits: items.map((one) => toCommunity(one, origin)), total },
      aggregations: aggregationsOf(counts, types, organizations, funders),
      sortBy: order,
      ...(warnings.length > 0 && { warnings }),
      links,
    };
  });
}

/** As in InvenioRDM. */
function aggregationsOf(
  { types, organizations, funders }: CommunityCounts,
  type: readonly string[],
  organization: readonly string[],
  funder: readonly string[],
) {
  const bucketsOf = (counted: CommunityCounts['types'], chosen: readonly string[], labelOf = (key: string) => key) =>
    counted.map(({ key, count }) => ({ key, doc_count: count, label: labelOf(key), is_selected: chosen.includes(key) }));
  return {
    type: { label: 'Type', buckets: bucketsOf(types, type, (key) => titleOfTerm('communitytypes', key) ?? key) },
    funder: { label: 'Funders', buckets: bucketsOf(funders, funder) },
    organization: { label: 'Organizations', buckets: bucketsOf(organizations, organization) },
  };
}

/** Warnings about communities that the list leaves out, because no JSON has described them. */
function warningsOf(
  query: { readonly type?: readonly string[]; readonly organization?: readonly string[]; readonly funder?: readonly string[] },
  unknown: number,
) {
  const filters = (['type', 'organization', 'funder'] as const).filter((name) => (query[name] ?? []).length > 0 && unknown > 0);
  return filters.map((parameter) => ({
    parameter,
    detail: `${unknown} communities are left out: only the JSON dump of the source has the ${parameter} of a community`,
  }));
}

/** Paths of a community that are public at Zenodo but not harvested: they answer with an empty list and a warning. */
function addAtSource(app: Api, db: Db): void {
  const params = Type.Object({ slug });
  const empty = (what: string, request: Parameters<typeof requestUrl>[0]) => ({
    hits: { hits: [], total: 0 },
    warnings: [{ parameter: 'path', detail: `${what} are not harvested: ask the source` }],
    links: { self: requestUrl(request).href },
  });
  const response = { 200: ref(CommunityPage), ...problems };
  const featured = { tags: ['communities'], summary: 'Empty: which communities are featured is not harvested', response };
  app.get('/api/communities/featured', { schema: featured }, async (request) => empty('featured communities', request));
  for (const [path, what] of [
    ['featured', 'the times at which a community was featured'],
    ['members/public', 'members of communities'],
    ['subcommunities', 'communities within communities'],
  ] as const)
    app.get(`/api/communities/:slug/${path}`, { schema: { hide: true, params, response } }, async (request) => {
      await mustFind(db, request.params.slug);
      return empty(what, request);
    });
  const logo = { tags: ['communities'], summary: 'Leads to the logo at the source', params, response: { ...problems, 302: LOGO } };
  app.get('/api/communities/:slug/logo', { schema: logo }, async (request, reply) => {
    const { slug: name } = await mustFind(db, request.params.slug);
    return reply
      .code(302)
      .header('location', `https://zenodo.org/api/communities/${encodeURIComponent(name)}/logo`)
      .send();
  });
}

const LOGO = { description: 'The logo is at the source', type: 'null' };

function addOfRecord(app: Api, db: Db): void {
  const schema = {
    tags: ['communities'],
    summary: 'The communities of a record',
    params: Type.Object({ id: Type.String({ description: 'As for the record itself' }) }),
    response: { 200: ref(CommunityPage), ...problems, 410: problemResponse('The record was deleted') },
  };
  app.get('/api/records/:id/communities', { schema }, async (request) => {
    const { record } = await lookUp(db, request.params.id, request.origin);
    const origin = request.origin;
    const found = await Promise.all((record.metadata?.communities ?? []).map((one) => findCommunity(db, one)));
    const hits = found.flatMap((one) => (one === null ? [] : [toCommunity(one, origin)]));
    return { hits: { hits, total: hits.length }, links: { self: requestUrl(request).href } };
  });
}

async function mustFind(db: Db, name: string): Promise<ListedCommunity> {
  const community = name.includes('\u0000') ? null : await findCommunity(db, name);
  if (community === null) throw unknownCommunity(name);
  return community;
}
