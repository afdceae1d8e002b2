import type { Db } from '@thresher/store/database';
import { versionPlaces } from '@thresher/store/read';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Citer } from '../citations/cite.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { EXPORT_FORMATS, signposts } from '../shapes/export-formats.ts';
import { withJsonFacts } from '../shapes/files-and-stats.ts';
import { Extract, FlatRecord, RdmRecord } from '../shapes/flat-record.ts';
import { FORMAT_NAMES, readFormatName } from '../shapes/format-names.ts';
import { recordPath } from '../shapes/links.ts';
import { LOOKUP_PROBLEMS } from './lookup-problems.ts';
import { lookUp, type FoundRecord } from './look-up.ts';
import { linkHeader, pageLinks } from '../http/page-links.ts';
import { readVersions } from './read-records.ts';
import { checkListSize, listBody, renderRecords } from '../shapes/render-list.ts';
import { isView, NEEDS_PLACE, RDM_TYPE, type View, VIEWS } from '../shapes/views.ts';
import { CITATION, type RecordFormat, wantedCitation, wantedFormat, wantedList } from '../shapes/wanted-format.ts';
import { ref } from '../http/schema-ref.ts';
import { RecordPage, ZenodoRecord } from '../shapes/zenodo-record.ts';

const id = Type.String({
  description:
    'A record number, a DOI in any spelling (with or without resolver, slashes encoded or not), the URL of a record at its source or here, an OAI identifier of any form, or `source:number` for a number that several records share. The DOI or number of a concept leads to its latest version.',
  examples: ['8435696', '10.5281/zenodo.8435696', 'oai:zenodo.org:8435696'],
});
const formatName = Type.String({ description: `In any case: ${FORMAT_NAMES.join(', ')}`, maxLength: 100, examples: ['bibtex'] });
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
  ...LOOKUP_PROBLEMS,
  302: { description: 'The name of a concept: see Location for its latest version', type: 'null' },
  400: problemResponse('There is no such format, style or locale'),
  406: problemResponse('Accept asks for no format that there is'),
};

/** `GET /api/records/{id}` and the paths below it, all from PostgreSQL. */
export function addRecordRoutes(app: Api, { db, cite }: RecordRouteContext): void {
  const context = { db, cite };
  addRecord(app, context);
  addVersions(app, context);
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

/** Versions on a page; all of nearly every record. */
const MOST_VERSIONS = 1_000;

function addVersions(app: Api, { db, cite }: RecordRouteContext): void {
  const params = Type.Object({ id });
  const all = {
    tags: ['records'],
    summary: 'All versions of a record, the latest first',
    params,
    querystring: Type.Object({
      page: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, default: 1 })),
      size: Type.Optional(
        Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: MOST_VERSIONS, description: 'More are clipped to 1,000' }),
      ),
      format: Type.Optional(Type.Unsafe<View>({ type: 'string', enum: Object.keys(VIEWS), description: 'Goes before Accept' })),
      ...citation,
    }),
    response: { 200: ref(RecordPage), ...problems },
  };
  const serializerCompiler = () => (data: unknown) => JSON.stringify(data);
  app.get('/api/records/:id/versions', { schema: all, serializerCompiler }, async (request, reply) => {
    const { query, origin, headers } = request;
    const format = wantedList(query.format, headers.accept);
    const { record } = await lookUp(db, request.params.id, origin);
    const versions = record.conceptDoi === null ? await withJsonFacts(db, [record]) : await readVersions(db, record.conceptDoi);
    const [page, size] = [query.page ?? 1, Math.min(query.size ?? MOST_VERSIONS, MOST_VERSIONS)];
    const shown = versions.slice((page - 1) * size, page * size);
    const isPaged = query.page !== undefined || query.size !== undefined;
    const url = requestUrl(request);
    const links = isPaged ? pageLinks(url, { page, size, total: versions.length }) : { self: url.href };
    reply.header('link', linkHeader(links)).header('vary', 'accept-encoding, accept');
    if (!isView(format)) {
      checkListSize(format, shown.length);
      const style = wantedCitation(query, headers.accept);
      const { type, body } = listBody(format, await renderRecords(shown, format, { origin, cite: (metadata) => cite(metadata, style) }));
      return reply.type(type).send(body);
    }
    const ids = shown.map((one) => one.recordId);
    const places = NEEDS_PLACE.has(format) ? await versionPlaces(db, ids) : new Map<number, never>();
    const hits = shown.map((one) => VIEWS[format](one, origin, places.get(one.recordId)));
    return { hits: { hits, total: versions.length }, links };
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
    params: Type.Object({ id, format: formatName }),
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
