import { isSet, listSetSpecs } from '@thresher/store/read';
import { type Static, Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { requestUrl } from '../http/origin.ts';
import { pageLinks } from '../http/page-links.ts';
import { METADATA_FORMATS } from './formats.ts';

const Format = Type.Object({ id: Type.String(), schema: Type.String(), namespace: Type.String() });
const Set = Type.Object({
  id: Type.String(),
  spec: Type.String(),
  name: Type.String(),
  links: Type.Object({ self: Type.String(), oai: Type.String() }),
});
/** Counted, and reached by pages. */
const MOST_SETS = 10_000;

const SetsQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 500, description: 'A part of the setSpec or name, in any case' })),
  sort_direction: Type.Optional(
    Type.Unsafe<'asc' | 'desc'>({ type: 'string', enum: ['asc', 'desc'], default: 'asc', description: 'Of pages: by setSpec' }),
  ),
  after: Type.Optional(Type.String({ description: 'The last set of the page before: leads further than page does' })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_SETS, default: 1 })),
  size: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
});

const hits = <T>(items: T[]): { hits: { hits: T[]; total: number } } => ({ hits: { hits: items, total: items.length } });

/** `/api/oaipmh/{sets,formats}`: the same as the verbs of `/oai2d` say, as JSON. */
export function addOaiDescriptionRoutes(app: Api, { db }: Pick<ApiDeps, 'db'>): void {
  const formats = {
    tags: ['oai-pmh'],
    summary: 'The metadata formats of /oai2d',
    response: {
      200: Type.Object({ hits: Type.Object({ hits: Type.Array(Format), total: Type.Integer() }) }, { description: 'All of them' }),
    },
  };
  app.get('/api/oaipmh/formats', { schema: formats }, async () =>
    hits(Object.entries(METADATA_FORMATS).map(([id, { schema, metadataNamespace: namespace }]) => ({ id, schema, namespace }))),
  );
  addSets(app, db);
}

function addSets(app: Api, db: ApiDeps['db']): void {
  const sets = {
    tags: ['oai-pmh'],
    summary: 'The sets of /oai2d',
    querystring: SetsQuery,
    response: {
      200: Type.Object(
        {
          hits: Type.Object({ hits: Type.Array(Set), total: Type.Integer({ description: 'No more than 10,000 are counted' }) }),
          links: Type.Object({ self: Type.String(), prev: Type.Optional(Type.String()), next: Type.Optional(Type.String()) }),
        },
        { description: 'A page of them' },
      ),
      400: problemResponse('A parameter is wrong'),
      503: problemResponse('PostgreSQL does not answer'),
    },
  };
  app.get('/api/oaipmh/sets', { schema: sets }, async (request) =>
    pageOfSets(db, readSetsQuery(request.query), requestUrl(request), request.origin),
  );
  addOneSet(app, db);
}

interface SetsChoice {
  readonly after: string | null;
  readonly page: number;
  readonly size: number;
  /** Lower case; empty for all. */
  readonly word: string;
  readonly isReversed: boolean;
}

/** Throws an `ApiProblem`. */
function readSetsQuery({ after, page = 1, size = 100, q = '', sort_direction: direction }: Static<typeof SetsQuery>): SetsChoice {
  if (after?.includes('\u0000'))
    throw new ApiProblem(400, 'wrong-parameter', 'after holds a NUL, which no set does', { parameter: 'after' });
  const choice = { after: after ?? null, page, size, word: q.trim().toLowerCase(), isReversed: direction === 'desc' };
  if (after !== undefined && isPart(choice))
    throw new ApiProblem(400, 'wrong-parameter', 'after goes through the list of all sets: use page with q and sort_direction', {
      parameter: 'after',
    });
  return choice;
}

const isPart = ({ word, isReversed }: SetsChoice): boolean => word !== '' || isReversed;

async function pageOfSets(db: ApiDeps['db'], choice: SetsChoice, url: URL, origin: string) {
  const { after, page, size, word, isReversed } = choice;
  const found = (await listSetSpecs(db, null, MOST_SETS)).filter((spec) => word === '' || spec.toLowerCase().includes(word));
  const all = isReversed ? found.toReversed() : found;
  const specs = after === null ? all.slice((page - 1) * size) : await listSetSpecs(db, after, size + 1);
  const shown = specs.slice(0, size);
  const links: ReturnType<typeof pageLinks> = after === null ? pageLinks(url, { page, size, total: all.length }) : { self: url.href };
  const { next: byPage, ...around } = links;
  // By the last set, as pages end at 10,000.
  const byLast = specs.length > size ? `${origin}/api/oaipmh/sets?after=${encodeURIComponent(shown.at(-1)!)}&size=${size}` : undefined;
  const next = isPart(choice) ? byPage : byLast;
  return {
    hits: { hits: shown.map((spec) => toSet(spec, origin)), total: all.length },
    links: { ...around, ...(next !== undefined && { next }) },
  };
}

function addOneSet(app: Api, db: ApiDeps['db']): void {
  const one = {
    tags: ['oai-pmh'],
    summary: 'One set of /oai2d',
    params: Type.Object({ id: Type.String({ description: 'Its setSpec', maxLength: 500 }) }),
    response: {
      200: Set,
      403: problemResponse('A number'),
      404: problemResponse('There is no such set'),
      503: problemResponse('PostgreSQL does not answer'),
    },
  };
  app.get('/api/oaipmh/sets/:id', { schema: one }, async (request) => {
    const { id } = request.params;
    if (/^\d+$/.test(id))
      throw new ApiProblem(
        403,
        'login-needed',
        'sets by number need a login at the source: name a set by its spec, as /api/oaipmh/sets lists them',
      );
    if (id.includes('\u0000') || !(await isSet(db, id)))
      throw new ApiProblem(404, 'unknown-path', `no record here is in a set '${id.slice(0, 100)}': /api/oaipmh/sets lists those there are`);
    return toSet(id, request.origin);
  });
}

function toSet(spec: string, origin: string): Static<typeof Set> {
  const oai = `${origin}/oai2d?verb=ListRecords&metadataPrefix=oai_datacite&set=${encodeURIComponent(spec)}`;
  return { id: spec, spec, name: spec, links: { self: `${origin}/api/oaipmh/sets/${encodeURIComponent(spec)}`, oai } };
}
