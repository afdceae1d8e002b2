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
    querystring: Type.Object({
      after: Type.Optional(Type.String({ description: 'The last set of the page before: leads further than page does' })),
      page: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_SETS, default: 1 })),
      size: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
    }),
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
  app.get('/api/oaipmh/sets', { schema: sets }, async (request) => {
    const { after, page = 1, size = 100 } = request.query;
    if (after?.includes('\u0000'))
      throw new ApiProblem(400, 'wrong-parameter', 'after holds a NUL, which no set does', { parameter: 'after' });
    const origin = request.origin;
    const url = requestUrl(request);
    const all = await listSetSpecs(db, null, MOST_SETS);
    const specs = after === undefined ? all.slice((page - 1) * size) : await listSetSpecs(db, after, size + 1);
    const shown = specs.slice(0, size);
    // By the last set, as pages end at 10,000.
    const next = specs.length > size ? { next: `${origin}/api/oaipmh/sets?after=${encodeURIComponent(shown.at(-1)!)}&size=${size}` } : {};
    const { next: _, ...around } = after === undefined ? pageLinks(url, { page, size, total: all.length }) : { next: '', self: url.href };
    return { hits: { hits: shown.map((spec) => toSet(spec, origin)), total: all.length }, links: { ...around, ...next } };
  });
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
