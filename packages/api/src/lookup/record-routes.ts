import type { Db } from '@thresher/store/database';
import { versionPlaces } from '@thresher/store/read';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Citer } from '../citations/cite.ts';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { EXPORT_FORMATS, signposts } from '../shapes/export-formats.ts';
import { withJsonFacts } from '../shapes/files-and-stats.ts';
import { Extract, FlatRecord, RdmRecord } from '../shapes/flat-record.ts';
import { FORMAT_NAMES, readFormatName } from '../shapes/format-names.ts';
import { recordPath } from '../shapes/links.ts';
import { lookUp, type FoundRecord } from './look-up.ts';
import { readVersions } from './read-records.ts';
import { toZenodoRecord } from '../shapes/to-zenodo-record.ts';
import { isView, NEEDS_PLACE, RDM_TYPE, VIEWS } from '../shapes/views.ts';
import { CITATION, type RecordFormat, wantedCitation, wantedFormat } from '../shapes/wanted-format.ts';
import { ref } from '../http/schema-ref.ts';
import { RecordPage, ZenodoRecord } from '../shapes/zenodo-record.ts';

const id = Type.String({
  description:
    'A record number, a DOI in any spelling (with or without resolver, slashes encoded or not), the URL of a record at its source or here, an OAI identifier of any form, or `source:number` for a number that several records share. The DOI or number of a concept leads to its latest version.',
  examples: ['8435696', '10.5281/zenodo.8435696', 'oai:zenodo.org:8435696'],
});
const format = Type.String({ description: `In any case: ${FORMAT_NAMES.join(', ')}`, maxLength: 100, examples: ['bibtex'] });
const citation = {
  style: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Of a citation: apa (unless specified), ieee, vancouver, chicago, harvard, mla, nature, or any name of citationstyles.org',
    }),
  ),
  locale: Type.Optional(Type.String({ maxLength: 20, description: 'Of a citation: en-US (unless specified), de-DE, fr …' })),
};
const content: Readonly<Record<string, { readonly schema: object }>> = {
  ...Object.fromEntries(Object.values(EXPORT_FORMATS).map(({ mediaType }) => [mediaType.split(';')[0]!, { schema: {} }])),
  [CITATION.mediaType]: { schema: {} },
  [RDM_TYPE]: { schema: ref(RdmRecord) },
  'application/json': {
    schema: { anyOf: [ref(ZenodoRecord), ref(FlatRecord), ref(Extract), { type: 'object', description: 'Other formats that are JSON' }] },
  },
};
const problems = {
  300: problemResponse('Several records share this number; `choices` names each'),
  302: { description: 'The name of a concept: see Location for its latest version', type: 'null' },
  400: problemResponse('There is no such format, style or locale'),
  404: problemResponse('There is no such record'),
  410: problemResponse('The record was deleted; `tombstone` tells what it was'),
  503: problemResponse('PostgreSQL does not answer'),
};

/** `GET /api/records/{id}` and the paths below it, all from PostgreSQL. */
export function addRecordRoutes(app: Api, { db, cite }: RecordRouteContext): void {
  const context = { db, cite };
  addRecord(app, context);
  addVersions(app, db);
  addExport(app, context);
}

interface RecordRouteContext {
  readonly db: Db;
  readonly cite: Citer;
}

function addRecord(app: Api, context: RecordRouteContext): void {
  const schema = {
    tags: ['records'],
    summary: 'One record',
    params: Type.Object({ id }),
    querystring: Type.Object({
      format: Type.Optional(
        Type.String({
          maxLength: 100,
          description:
            'Goes before Accept. json is Zenodo’s shape, flat has every member (null where the source cannot know), extract the few facts that most want, inveniordm the form of InvenioRDM’s own API; the others are those of /export',
        }),
      ),
      ...citation,
    }),
    response: { 200: { description: 'The record, in the format that was asked for', content }, ...problems },
  };
  app.get('/api/records/:id', { schema }, async (request, reply) => {
    const found = await lookUp(context.db, request.params.id, request.origin);
    const asked = request.query.format === undefined ? undefined : readFormatName(request.query.format);
    const query = asked === undefined ? '' : `?format=${asked}`;
    if (found.byConcept) return toLatest(reply, found, query);
    reply.header('vary', 'accept-encoding, accept').header('link', signposts(found.record, request.origin));
    return sendRecord(context, found, wantedFormat(asked, request.headers.accept), request, reply);
  });
}

type RecordRequest = Pick<FastifyRequest, 'origin' | 'headers'> & {
  readonly query: { readonly style?: string; readonly locale?: string };
};

async function sendRecord(
  { db, cite }: RecordRouteContext,
  { record }: FoundRecord,
  wanted: RecordFormat,
  request: RecordRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const origin = request.origin;
  if (isView(wanted)) {
    const place = NEEDS_PLACE.has(wanted) ? (await versionPlaces(db, [record.recordId])).get(record.recordId) : undefined;
    const mediaType = wanted === 'inveniordm' ? RDM_TYPE : 'application/json';
    const [told] = await withJsonFacts(db, [record]);
    return reply.type(`${mediaType}; charset=utf-8`).send(JSON.stringify(VIEWS[wanted](told!, origin, place)));
  }
  if (record.metadata === null)
    throw new ApiProblem(404, 'unknown-record', `the metadata of ${record.oaiIdentifier} could not be read, so there is nothing to export`);
  if (wanted === CITATION.name) {
    const text = await cite(record.metadata, wantedCitation(request.query, request.headers.accept));
    return reply.type(`${CITATION.mediaType}; charset=utf-8`).send(text);
  }
  const { mediaType, render } = EXPORT_FORMATS[wanted];
  return reply.type(`${mediaType}; charset=utf-8`).send(render({ ...record, metadata: record.metadata }, origin));
}

function addVersions(app: Api, db: ApiDeps['db']): void {
  const params = Type.Object({ id });
  const all = {
    tags: ['records'],
    summary: 'All versions of a record, the latest first',
    params,
    response: { 200: ref(RecordPage), ...problems },
  };
  app.get('/api/records/:id/versions', { schema: all }, async (request) => {
    const { record } = await lookUp(db, request.params.id, request.origin);
    const origin = request.origin;
    const versions = record.conceptDoi === null ? await withJsonFacts(db, [record]) : await readVersions(db, record.conceptDoi);
    const places = await versionPlaces(
      db,
      versions.map((one) => one.recordId),
    );
    return {
      hits: { hits: versions.map((one) => toZenodoRecord(one, origin, places.get(one.recordId))), total: versions.length },
      links: { self: requestUrl(request).href },
    };
  });
  const latest = { tags: ['records'], summary: 'Leads to the latest version of a record', params, response: problems };
  app.get('/api/records/:id/versions/latest', { schema: latest }, async (request, reply) => {
    const { record } = await lookUp(db, request.params.id, request.origin);
    const [newest = record] = record.conceptDoi === null ? [] : await readVersions(db, record.conceptDoi);
    return reply
      .code(302)
      .header('location', `/api/records/${recordPath(newest)}`)
      .send();
  });
}

function addExport(app: Api, context: RecordRouteContext): void {
  const schema = {
    tags: ['records'],
    summary: 'One record in another format',
    params: Type.Object({ id, format }),
    querystring: Type.Object(citation),
    response: { 200: { description: 'The record in that format', content }, ...problems },
  };
  app.get('/api/records/:id/export/:format', { schema }, async (request, reply) => {
    const wanted = readFormatName(request.params.format);
    const found = await lookUp(context.db, request.params.id, request.origin);
    if (found.byConcept) return toLatest(reply, found, `/export/${wanted}`);
    return sendRecord(context, found, wanted, request, reply);
  });
}

function toLatest(reply: FastifyReply, { record }: FoundRecord, resource = ''): FastifyReply {
  return reply
    .code(302)
    .header('location', `/api/records/${recordPath(record)}${resource}`)
    .send();
}
