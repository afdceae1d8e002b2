import type { Db } from '@thresher/store/database';
import { type StoredRecordView, versionPlaces } from '@thresher/store/read';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { withJsonFacts } from '../shapes/files-and-stats.ts';
import { Extract, FlatRecord, RdmRecord } from '../shapes/flat-record.ts';
import { toChoices } from './look-up.ts';
import { lookUpMany } from './look-up-many.ts';
import { NEEDS_PLACE, type View, VIEWS } from '../shapes/views.ts';
import { ref } from '../http/schema-ref.ts';
import { ZenodoRecord } from '../shapes/zenodo-record.ts';

/** Maximum number of names in one request. */
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
const FlatRecords = Type.Array(ref(FlatRecord), { description: 'For a request by `record`: its flat record' });
const errors = {
  400: problemResponse('There are no names, or too many'),
  503: problemResponse('PostgreSQL does not answer'),
};
const response = { 200: Results, ...errors };

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
  const body = Type.Object({
    ids: Type.Optional(Type.Array(Type.String())),
    record: Type.Optional(
      Type.String({ minLength: 1, description: 'One name instead of ids: the answer is an array with its flat record' }),
    ),
    timeout: Type.Optional(Type.Number({ description: 'Of no effect: nothing is fetched' })),
    format: Type.Optional(format),
  });
  const one = { 200: Type.Unsafe<object>({ anyOf: [Results, FlatRecords] }), 412: problemResponse('There is no such record'), ...errors };
  app.post('/api/lookup', { schema: { tags: ['records'], summary, description, body, response: one } }, async (request, reply) => {
    const { record, ids, format: view } = request.body;
    if (record !== undefined && ids === undefined) return reply.type(JSON_TYPE).send(await answerOne(db, record, request.origin));
    return reply.type(JSON_TYPE).send(await answer(db, ids ?? [], view, request.origin));
  });
  const single = {
    summary: 'One record, flat, in an array',
    body: Type.Pick(body, ['record', 'timeout']),
    response: { ...one, 200: FlatRecords },
  };
  app.post('/api/zenodo/records', { schema: { tags: ['records'], ...single } }, async (request, reply) =>
    reply.type(JSON_TYPE).send(await answerOne(db, request.body.record ?? '', request.origin)),
  );
}

/** The form of lookup services: an array of one; 412 if there is no such record. */
async function answerOne(db: Db, name: string, origin: string): Promise<string> {
  if (name.trim() === '') throw new ApiProblem(400, 'wrong-parameter', 'record must name a record', { parameter: 'record' });
  const [found = []] = await lookUpMany(db, [name.trim()], origin);
  const [record, other] = found;
  if (other !== undefined)
    throw new ApiProblem(300, 'ambiguous-record', `'${name.slice(0, 100)}' names several records: see choices`, {
      choices: toChoices(found, origin),
    });
  if (record === undefined || record.deleted)
    throw new ApiProblem(
      412,
      'unknown-record',
      `there is no record '${name.slice(0, 100)}' here${record === undefined ? '' : ' any more'}`,
    );
  const [told] = await withJsonFacts(db, [record]);
  return JSON.stringify([VIEWS.flat(told!, origin, (await versionPlaces(db, [record.recordId])).get(record.recordId))]);
}

const JSON_TYPE = 'application/json; charset=utf-8';

async function answer(db: Db, texts: readonly string[], view: View = 'json', origin: string): Promise<string> {
  const ids = texts.map((text) => text.trim()).filter((text) => text !== '');
  if (ids.length === 0 || ids.length > MOST)
    throw new ApiProblem(400, 'wrong-parameter', `ids must name 1 to ${MOST} records: it names ${ids.length}`, { parameter: 'ids' });
  const found = await lookUpMany(db, ids, origin);
  const live = found.flat().flatMap((record) => (record.deleted ? [] : record.recordId));
  const places = NEEDS_PLACE.has(view) ? await versionPlaces(db, live) : new Map<number, never>();
  const told = new Map((await withJsonFacts(db, found.flat())).map((record) => [record.recordId, record]));
  const show = ({ recordId }: StoredRecordView) => VIEWS[view](told.get(recordId)!, origin, places.get(recordId));
  const results = ids.map((id, number) => {
    const [record, other] = found[number] ?? [];
    if (other !== undefined) return { id, status: 300, record: null, choices: toChoices(found[number]!, origin) };
    if (record === undefined) return { id, status: 404, record: null };
    return record.deleted ? { id, status: 410, record: null } : { id, status: 200, record: show(record) };
  });
  return JSON.stringify({ results });
}
