import { type CommunityOrder, type Db, findCommunity, isCommunity, listCommunities, type ListedCommunity } from '@thresher/store';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { lookupOf, TERM_PAGING_PARAMETERS, termPageLinks } from '../vocabularies/term-paging.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { lookUp } from '../records/look-up.ts';
import { linkHeader } from '../records/page-links.ts';
import { ref } from '../records/zenodo-record.ts';
import { Community, CommunityPage, toCommunity } from './community.ts';

const ORDERS = ['bestmatch', 'newest', 'oldest'] as const satisfies readonly CommunityOrder[];
const problems = {
  400: problemResponse('A parameter is wrong'),
  404: problemResponse('There is none'),
  503: problemResponse('PostgreSQL does not answer'),
};
const slug = Type.String({ description: 'Slug of the community', maxLength: 500 });

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
  addOfRecord(app, db);
}

function addList(app: Api, db: Db): void {
  const sort = Type.Optional(
    Type.Unsafe<CommunityOrder>({
      type: 'string',
      enum: [...ORDERS],
      default: 'bestmatch',
      description: 'bestmatch: the largest first; newest: last come here',
    }),
  );
  const schema = {
    tags: ['communities'],
    summary: 'Communities that harvested records are in',
    querystring: Type.Object({ ...TERM_PAGING_PARAMETERS, sort }),
    response: { 200: ref(CommunityPage), ...problems },
  };
  app.get('/api/communities', { schema }, async (request, reply) => {
    const origin = request.origin;
    const { total, items } = await listCommunities(db, { ...lookupOf(request.query), order: request.query.sort ?? 'bestmatch' });
    const links = termPageLinks(requestUrl(request), request.query, total);
    reply.header('link', linkHeader(links));
    return { hits: { hits: items.map((one) => toCommunity(one, origin)), total }, links };
  });
}

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

/** Throws an `ApiProblem` where no record is in it. */
export async function mustBeCommunity(db: Db, name: string): Promise<void> {
  if (name.includes('\u0000') || !(await isCommunity(db, name))) throw unknownCommunity(name);
}

function unknownCommunity(name: string): ApiProblem {
  return new ApiProblem(
    404,
    'unknown-community',
    `no record here is in a community '${name.slice(0, 100)}': /api/communities?q=… looks for those there are`,
  );
}
