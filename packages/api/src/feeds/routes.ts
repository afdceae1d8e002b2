import { communitySlug, latestInCommunity } from '@thresher/store/read';
import { searchRecords } from '@thresher/search';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { withSlugs } from '../communities/slugs.ts';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { problemResponse } from '../problems/problem.ts';
import { readRecords } from '../lookup/read-records.ts';
import { mustSearch } from '../search/must-search.ts';
import { OWN, SearchParameters, toRecordSearch } from '../search/search-parameters.ts';
import { searchWarnings, warningHeader } from '../search/search-warnings.ts';
import { type Feed, toAtom, toJsonFeed, toRss } from './write-feed.ts';

/** Maximum number of entries in a feed. */
const ENTRIES = 50;

const FORMS = {
  atom: { mediaType: 'application/atom+xml', write: toAtom },
  rss: { mediaType: 'application/rss+xml', write: toRss },
  json: { mediaType: 'application/feed+json', write: toJsonFeed },
} as const satisfies Readonly<Record<string, { mediaType: string; write: (feed: Feed) => string }>>;
type Form = keyof typeof FORMS;

const form = Type.Unsafe<Form>({ type: 'string', enum: Object.keys(FORMS) });
const content = Object.fromEntries(
  Object.values(FORMS).map(({ mediaType }) => [mediaType, { schema: { type: mediaType.endsWith('json') ? 'object' : 'string' } }]),
);
const response = {
  200: { description: 'The feed', content },
  400: problemResponse('A parameter or the query is wrong'),
  503: problemResponse('Elasticsearch or PostgreSQL does not answer'),
};

/** `/feeds/communities/{slug}.atom` and `/feeds/records.atom?q=…`, and the same as RSS and JSON Feed: what to subscribe to. */
export function addFeedRoutes(app: Api, deps: ApiDeps): void {
  addCommunityFeed(app, deps);
  addSearchFeed(app, deps);
}

function addCommunityFeed(app: Api, { db }: ApiDeps): void {
  const schema = {
    tags: ['changes'],
    summary: 'The records of a community that came or changed last, as a feed',
    params: Type.Object({ slug: Type.String({ maxLength: 500 }), form }),
    response,
  };
  app.get('/feeds/communities/:slug.:form', { schema }, async (request, reply) => {
    const slug = request.params.slug.includes('\u0000') ? request.params.slug : await communitySlug(db, request.params.slug);
    const origin = request.origin;
    const records = await readRecords(db, slug.includes('\u0000') ? [] : await latestInCommunity(db, slug, ENTRIES));
    const page = `${origin}/?q=${encodeURIComponent(`communities:"${slug}"`)}`;
    return send(reply, request.params.form, { title: `Community ${slug}`, self: selfOf(request), page, origin, records });
  });
}

function addSearchFeed(app: Api, deps: ApiDeps): void {
  const schema = {
    tags: ['changes'],
    summary: 'The newest records that a query finds, as a feed',
    params: Type.Object({ form }),
    description: 'All parameters of /api/records that say what is looked for.',
    querystring: SearchParameters,
    response,
  };
  app.get('/feeds/records.:form', { schema }, async (request, reply) => {
    const { client, alias } = mustSearch(deps);
    const origin = request.origin;
    const wanted = {
      ...toRecordSearch(await withSlugs(deps.db, request.query)),
      page: 1,
      size: ENTRIES,
      sort: request.query.sort ?? 'newest',
      facets: [],
    };
    const { hits } = await searchRecords(client, alias, { ...wanted, select: ['record_id'], signal: request.signal });
    const records = await readRecords(
      deps.db,
      hits.map((hit) => hit.source.record_id),
    );
    const warnings = searchWarnings(request.query, OWN);
    if (warnings.length > 0) reply.header('warning', warningHeader(warnings));
    const self = selfOf(request);
    const { search: query, searchParams } = new URL(self);
    const asked = [...searchParams].map(([name, value]) => `${name}=${value}`).join(', ');
    const title = asked === '' ? 'Newest records' : `Records for ${asked}`;
    return send(reply, request.params.form, { title, self, page: `${origin}/${query}`, origin, records });
  });
}

function selfOf(request: { readonly originalUrl: string; readonly origin: string }): string {
  return requestUrl(request).href;
}

function send(reply: FastifyReply, name: Form, feed: Feed): FastifyReply {
  return reply.type(`${FORMS[name].mediaType}; charset=utf-8`).send(FORMS[name].write(feed));
}
