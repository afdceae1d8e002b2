import { searchRecords, type FacetName, type RecordHits, SearchUnavailableError } from '@thresher/search';
import { lastMoves } from '@thresher/store/changes';
import { findCommunity, listCommunities, readOrganisation, readPerson } from '@thresher/store/read';
import { Type } from 'typebox';
import { unknownCommunity } from '../communities/slugs.ts';
import type { Api } from '../http/instance.ts';
import { readRecords } from '../lookup/read-records.ts';
import { communitiesPage, communityPage, type Counted, organisationPage, personPage } from '../pages/profile/pages.ts';
import type { ListedRecord, Profile } from '../pages/profile/profile.ts';
import { ApiProblem } from '../problems/problem.ts';
import { mustSearch } from '../search/must-search.ts';
import { recordPath } from '../shapes/links.ts';
import type { RecordFacts } from '../shapes/record-facts.ts';
import type { PageContext } from './page-context.ts';

const PAGE_SIZE = 100;
const NEWEST = 10;
const MOVES = 15;
/** Values of a facet that a page shows. */
const VALUES = 10;

const COUNTED = [
  'publication_year',
  'resource_type',
  'access_status',
  'license',
  'person',
  'affiliation',
  'funder',
  'community',
  'subject',
  'language',
] as const;

/** `/communities`, `/communities/{slug}`, `/people/{orcid}` and `/organisations/{ror}`: what is here of each. */
export function addProfilePages(app: Api, context: PageContext): void {
  addCommunities(app, context);
  const orcid = Type.Object({ orcid: Type.String({ pattern: '^\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX]$' }) });
  app.get('/people/:orcid', { schema: { hide: true, params: orcid } }, async (request, reply) => {
    const person = await readPerson(context.db, request.params.orcid);
    if (person === null) throw nobody('creator has the ORCID iD', request.params.orcid);
    const query = `creators.orcid:${person.orcid}`;
    return context.send(reply, personPage({ person, ...(await counted(context, query, request.signal)) }));
  });
  const ror = Type.Object({ ror: Type.String({ pattern: '^0[a-z0-9]{8}$' }) });
  app.get('/organisations/:ror', { schema: { hide: true, params: ror } }, async (request, reply) => {
    const organisation = await readOrganisation(context.db, request.params.ror);
    if (organisation === null) throw nobody('creator is of the organisation with the ROR id', request.params.ror);
    const query = `creators.affiliations.ror:${organisation.ror}`;
    return context.send(reply, organisationPage({ organisation, ...(await counted(context, query, request.signal)) }));
  });
}

function nobody(what: string, id: string): ApiProblem {
  return new ApiProblem(404, 'unknown-path', `no ${what} ${id} in the records that are here`);
}

function addCommunities(app: Api, context: PageContext): void {
  const querystring = Type.Object({
    q: Type.Optional(Type.String({ maxLength: 200 })),
    from: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
  });
  app.get('/communities', { schema: { hide: true, querystring } }, async ({ query: { q: words = '', from: offset = 0 } }, reply) => {
    const { items, total } = await listCommunities(context.db, {
      words: words.replaceAll('\u0000', ''),
      limit: PAGE_SIZE,
      offset,
      order: 'bestmatch',
    });
    return context.send(reply, communitiesPage({ words, communities: items, total, offset, size: PAGE_SIZE }));
  });
  const params = Type.Object({ slug: Type.String({ maxLength: 500 }) });
  app.get('/communities/:slug', { schema: { hide: true, params } }, async (request, reply) => {
    const { slug: name } = request.params;
    const community = name.includes('\u0000') ? null : await findCommunity(context.db, name);
    if (community === null) throw unknownCommunity(name);
    const { slug } = community;
    if (name !== slug)
      return reply
        .code(302)
        .header('location', `/communities/${encodeURIComponent(slug)}`)
        .send();
    const [moves, counts] = await Promise.all([
      lastMoves(context.db, slug, MOVES),
      counted(context, `communities:"${slug.replaceAll(/["\\\\]/g, '')}"`, request.signal),
    ]);
    return context.send(reply, communityPage({ community, moves, ...counts }));
  });
}

/** What the index counts for a query, in one request; without an index the rest of the page is worth showing. */
async function counted(context: PageContext, q: string, signal: AbortSignal): Promise<Counted> {
  try {
    const { client, alias } = mustSearch(context);
    const found = await searchRecords(client, alias, { q, facets: COUNTED, size: NEWEST, sort: 'newest', select: ['record_id'], signal });
    const newest = await readRecords(
      context.db,
      found.hits.map(({ source }) => source.record_id),
    );
    return { profile: toProfile(found, newest), unavailable: null };
  } catch (error) {
    if (!(error instanceof SearchUnavailableError) && !(error instanceof ApiProblem && error.status === 503)) throw error;
    return { profile: null, unavailable: `Charts and lists need the search index: ${error.message}.` };
  }
}

function toProfile({ total, facets }: RecordHits, newest: readonly RecordFacts[]): Profile {
  const barsOf = (name: FacetName) =>
    (facets[name]?.buckets ?? []).slice(0, VALUES).map(({ key, label, doc_count: value }) => ({ label, value, ...hrefOf(name, key) }));
  const years = (facets.publication_year?.buckets ?? []).map(({ label, doc_count: value }) => ({ label, value }));
  return {
    total,
    years: years.toReversed(),
    facets: Object.fromEntries(COUNTED.map((name) => [name, barsOf(name)])),
    newest: newest.map(toListed),
  };
}

function hrefOf(name: FacetName, key: string): { href?: string } {
  return name === 'community' ? { href: `/communities/${encodeURIComponent(key)}` } : {};
}

function toListed({ metadata, ...record }: RecordFacts): ListedRecord {
  return {
    path: `/records/${recordPath(record)}`,
    title: metadata?.title ?? null,
    creators: metadata?.creators.map(({ name }) => name) ?? [],
    date: metadata?.publicationDate?.text ?? null,
  };
}
