import { type Db, type StoredRecordView, versionPlaces } from '@thresher/store';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { Extract, FlatRecord, RdmRecord } from './flat-record.ts';
import { toChoices } from './look-up.ts';
import { lookUpMany } from './look-up-many.ts';
import { NEEDS_PLACE, type View, VIEWS } from './views.ts';
import { ref, ZenodoRecord } from './zenodo-record.ts';

/** Names in one request. */
const MOST = 100;

const format = Type.Unsafe<View>({ type: 'string', enum: Object.keys(VIEWS), default: 'json' });
const Results = Type.Object(
  {
    results: Type.Array(
      Type.Object({
        id: Type.String({ description: 'As it was asked for' }),
        status: Type.Integer({ description: '200; 300: several records share the number; 404: there is none; 410: it was deleted' }),
        record: Type.Unsafe<object | null>({ anyOf: [ref(ZenodoRecord), ref(FlatRecord), ref(Extract), ref(RdmRecord), { type: 'null' }] }),
        choices: Type.Optional(
          Type.Array(Type.Object({}, { additionalProperties: true }), {
            description: 'With 300: the records, each with its unambiguous id',
          }),
        ),
      }),
    ),
  },
  { description: 'One result a name, in the order of the names' },
);
const response = {
  200: Results,
  400: problemResponse('There are no names, or too many'),
  503: problemResponse('PostgreSQL does not answer'),
};

/** `/api/lookup`: up to 100 records by any of their names, in one request. */
export function addLookupRoutes(app: Api, { db }: Pick<ApiDeps, 'db'>): void {
  const summary = 'Many records by their names';
  const description = `Up to ${MOST} record numbers, DOIs in any spelling, record URLs or OAI identifiers. A concept leads to its latest version.`;
  const querystring = Type.Object({
    ids: Type.Array(Type.String(), {
      description: 'Separated by commas or |, or given several times. A DOI with a comma goes into a POST',
    }),
    format: Type.Optional(format),
  });
  app.get('/api/lookup', { schema: { tags: ['records'], summary, description, querystring, response } }, async (request, reply) => {
    const ids = request.query.ids.flatMap((part) => part.split(/[,|]/));
    return reply.type(JSON_TYPE).send(await answer(db, ids, request.query.format, request.origin));
  });
  const body = Type.Object({ ids: Type.Array(Type.String()), format: Type.Optional(format) });
  app.post('/api/lookup', { schema: { tags: ['records'], summary, description, body, response } }, async (request, reply) =>
    reply.type(JSON_TYPE).send(await answer(db, request.body.ids, request.body.format, request.origin)),
  );
}

const JSON_TYPE = 'application/json; charset=utf-8';

async function answer(db: Db, texts: readonly string[], view: View = 'json', origin: string): Promise<string> {
  const ids = texts.map((text) => text.trim()).filter((text) => text !== '');
  if (ids.length === 0 || ids.length > MOST)
    throw new ApiProblem(400, 'wrong-parameter', `ids must name 1 to ${MOST} records: it names ${ids.length}`, { parameter: 'ids' });
  const found = await lookUpMany(db, ids, origin);
  const live = found.flat().flatMap((record) => (record.deleted ? [] : record.recordId));
  const places = NEEDS_PLACE.has(view) ? await versionPlaces(db, live) : new Map<number, never>();
  const show = (record: StoredRecordView) => VIEWS[view](record, origin, places.get(record.recordId));
  const results = ids.map((id, number) => {
    const [record, other] = found[number] ?? [];
    if (other !== undefined) return { id, status: 300, record: null, choices: toChoices(found[number]!, origin) };
    if (record === undefined) return { id, status: 404, record: null };
    return record.deleted ? { id, status: 410, record: null } : { id, status: 200, record: show(record) };
  });
  return JSON.stringify({ results });
}
