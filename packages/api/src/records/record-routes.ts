import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { originOf } from '../http/origin.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';
import { recordPath } from './links.ts';
import { lookUp, type Found } from './look-up.ts';
import { readVersions } from './read-records.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';
import { RecordPage, ref, ZenodoRecord } from './zenodo-record.ts';

const id = Type.String({
  description:
    'A record number, a DOI in any spelling (with or without resolver, slashes encoded or not), the URL of a record, or an OAI identifier. The DOI or number of a concept leads to its latest version.',
  examples: ['8435696', '10.5281/zenodo.8435696', 'oai:zenodo.org:8435696'],
});
const format = Type.Unsafe<ExportFormat>({ type: 'string', enum: Object.keys(EXPORT_FORMATS) });
const problems = {
  302: { description: 'The name of a concept: see Location for its latest version', type: 'null' },
  404: problemResponse('There is no such record'),
  410: problemResponse('The record was deleted; `tombstone` tells what it was'),
  503: problemResponse('PostgreSQL does not answer'),
};

/** `GET /api/records/{id}` and what hangs on it, all out of Postgres. */
export function addRecordRoutes(app: Api, { db }: Pick<ApiDeps, 'db'>): void {
  addRecord(app, db);
  addVersions(app, db);
  addExport(app, db);
}

function addRecord(app: Api, db: ApiDeps['db']): void {
  const schema = {
    tags: ['records'],
    summary: 'One record',
    params: Type.Object({ id }),
    response: { 200: ref(ZenodoRecord), ...problems },
  };
  app.get('/api/records/:id', { schema }, async (request, reply) => {
    const found = await lookUp(db, request.params.id);
    if (found.byConcept) return toLatest(reply, found);
    return toZenodoRecord(found.record, originOf(request));
  });
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
    const { record } = await lookUp(db, request.params.id);
    const origin = originOf(request);
    const versions = record.conceptDoi === null ? [record] : await readVersions(db, record.conceptDoi);
    return {
      hits: { hits: versions.map((one) => toZenodoRecord(one, origin)), total: versions.length },
      links: { self: new URL(request.originalUrl, origin).href },
    };
  });
  const latest = { tags: ['records'], summary: 'Leads to the latest version of a record', params, response: problems };
  app.get('/api/records/:id/versions/latest', { schema: latest }, async (request, reply) => {
    const { record } = await lookUp(db, request.params.id);
    const [newest = record] = record.conceptDoi === null ? [] : await readVersions(db, record.conceptDoi);
    return reply
      .code(302)
      .header('location', `/api/records/${recordPath(newest)}`)
      .send();
  });
}

function addExport(app: Api, db: ApiDeps['db']): void {
  const content = Object.fromEntries(Object.values(EXPORT_FORMATS).map(({ mediaType }) => [mediaType, { schema: {} }]));
  const schema = {
    tags: ['records'],
    summary: 'One record in another format',
    params: Type.Object({ id, format }),
    response: { 200: { description: 'The record in that format', content }, ...problems },
  };
  app.get('/api/records/:id/export/:format', { schema }, async (request, reply) => {
    const found = await lookUp(db, request.params.id);
    if (found.byConcept) return toLatest(reply, found, `/export/${request.params.format}`);
    const { mediaType, render } = EXPORT_FORMATS[request.params.format];
    if (found.record.metadata === null)
      throw new ApiProblem(
        404,
        'unknown-record',
        `the metadata of ${found.record.oaiIdentifier} could not be read, so there is nothing to export`,
      );
    const text = render({ ...found.record, metadata: found.record.metadata }, originOf(request));
    return reply.type(`${mediaType}; charset=utf-8`).send(text);
  });
}

function toLatest(reply: FastifyReply, { record }: Found, resource = ''): FastifyReply {
  return reply
    .code(302)
    .header('location', `/api/records/${recordPath(record)}${resource}`)
    .send();
}
