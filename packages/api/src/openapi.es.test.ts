import { Validator } from '@seriousme/openapi-schema-validator';
import { refreshAnalytics } from '@thresher/store/read';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRun } from '../test/ledger.ts';
import { deleted, EVERYTHING, harvested } from '../test/harvested.ts';
import { createStockedApi, type StockedApi } from '../test/stocked-api.ts';

type Schema = Record<string, unknown>;
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let api: StockedApi;
let document: Document;
const runIds: number[] = [];

beforeAll(async () => {
  api = await createStockedApi({ size: 40 });
  await api.store([harvested(7, EVERYTHING), harvested(8, ''), harvested(9, '<titles><title>Gone</title></titles>')]);
  await api.store([deleted(9, '2025-01-01T00:00:00Z')]);
  await refreshAnalytics(api.database.db, { force: true });
  runIds.push((await makeRun(api.database.db, api.sourceId)).id);
  document = (await api.app.inject('/api/openapi.json')).json();
});
afterAll(() => api[Symbol.asyncDispose]());

test('the document is valid OpenAPI 3.1', async () => {
  expect(document.openapi).toBe('3.1.0');
  expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true });
});

test('each path has an example below, so that none goes untested', () => {
  const tested = new Set(EXAMPLES.map(([path]) => path));
  expect(
    Object.keys(document.paths).filter((path) => !POSTED.has(path) && path !== STREAM && !isAction(path) && !tested.has(path)),
  ).toEqual([]);
});

const POSTED = new Set(['/api/stats', '/api/zenodo/records']);
/** Never ends; `harvest/board.pg.test.ts` tests it. */
const STREAM = '/api/harvest/events';
/** Actions, which `harvest/actions.pg.test.ts` tests. */
const isAction = (path: string): boolean => document.paths[path]!.get === undefined && path.startsWith('/api/harvest/');

const EXAMPLES: readonly (readonly [path: string, url: string, status: number])[] = [
  ['/api/records', '/api/records?size=100', 200],
  ['/api/records', '/api/records?q=(', 200],
  ['/api/records', '/api/records?q=owners:1', 400],
  ['/api/records', '/api/records?q=tides&facets=all&highlight=true&group_by=language', 200],
  ['/api/records', '/api/records?group_by=resource_type,publication_year', 200],
  ['/api/records', '/api/records?group_by=subject,language,license', 400],
  ['/api/records', '/api/records?q=tidse', 200],
  ['/api/records', '/api/records?select=id,metadata.title,metadata.resource_type.type', 200],
  ['/api/records', '/api/records?format=flat', 200],
  ['/api/records', '/api/records?format=extract&size=50', 200],
  ['/api/records', '/api/records?cursor=*', 200],
  ['/api/records', '/api/records?cursor=x', 400],
  ['/api/communities/{slug}/records', '/api/communities/tides/records', 200],
  ['/api/communities/{slug}/records', '/api/communities/nowhere/records', 404],
  ['/api/suggest', '/api/suggest?q=t', 200],
  ['/api/suggest', '/api/suggest?q=t&size=0', 400],
  ['/api/records/{id}', '/api/records/7', 200],
  ['/api/records/{id}', '/api/records/8', 200],
  ['/api/records/{id}', '/api/records/9', 410],
  ['/api/records/{id}', '/api/records/999', 404],
  ['/api/records/{id}/versions', '/api/records/7/versions', 200],
  ['/api/records/{id}/versions/latest', '/api/records/7/versions/latest', 302],
  ['/api/records/{id}/similar', '/api/records/7/similar', 200],
  ['/api/records/{id}/similar', '/api/records/7/similar?size=21', 400],
  ['/api/records/{id}/history', '/api/records/7/history', 200],
  ['/api/records/{id}/compare', '/api/records/7/compare?with=8', 200],
  ['/api/records/{id}/compare', '/api/records/7/compare', 400],
  ['/api/records/{id}/export/{format}', '/api/records/7/export/bibtex', 200],
  ['/api/records/{id}/export/{format}', '/api/records/7/export/marcxml', 200],
  ['/api/records/{id}/export/{format}', '/api/records/7/export/citation?style=ieee&locale=de', 200],
  ['/api/records/{id}/export/{format}', '/api/records/7/export/citation?style=none', 400],
  ['/api/records/export', '/api/records/export?format=csv&size=5', 200],
  ['/api/records/export', '/api/records/export?format=docx', 400],
  ['/api/records/{id}/files', '/api/records/7/files', 200],
  ['/api/records/{id}/files', '/api/records/999/files', 404],
  ['/api/records/{id}/files/{key}', '/api/records/7/files/x', 404],
  ['/api/records/{id}/files-archive', '/api/records/7/files-archive', 302],
  ['/api/records/{id}/media-files', '/api/records/7/media-files', 302],
  ['/api/records/{id}/media-files-archive', '/api/records/7/media-files-archive', 302],
  ['/api/', '/api/', 200],
  ['/api/communities', '/api/communities?type=organization', 200],
  ['/api/communities/featured', '/api/communities/featured', 200],
  ['/api/communities/{slug}/logo', '/api/communities/COMMUNITY/logo', 302],
  ['/api/oaipmh/sets/{id}', '/api/oaipmh/sets/nobody', 404],
  ['/api/records/{id}/files/{key}/content', '/api/records/7/files/x/content', 404],
  ['/api/records/{id}/files/{key}/container', '/api/records/7/files/x/container', 404],
  ['/api/harvest', '/api/harvest', 200],
  ['/api/harvest/runs/{id}', '/api/harvest/runs/RUN', 200],
  ['/api/harvest/sources/{source}/failures', '/api/harvest/sources/sim/failures', 200],
  ['/api/harvest/sources/{source}/suspects', '/api/harvest/sources/sim/suspects', 200],
  ['/api/harvest/sources/{source}/suspects', '/api/harvest/sources/nobody/suspects', 404],
  ['/api/harvest/sources/{source}/quarantine/{page}/{position}', '/api/harvest/sources/sim/quarantine/1/1', 404],
  ['/api/harvest/webhooks', '/api/harvest/webhooks', 200],
  ['/api/harvest/runs/{id}', '/api/harvest/runs/999', 404],
  ['/api/records/{id}', '/api/records/7?format=flat', 200],
  ['/api/records/{id}', '/api/records/8?format=extract', 200],
  ['/api/records/{id}', '/api/records/7?format=ris', 200],
  ['/api/records/{id}', '/api/records/7?format=inveniordm', 200],
  ['/api/records', '/api/records?format=inveniordm', 200],
  ['/api/lookup', '/api/lookup?ids=7&format=inveniordm', 200],
  ['/api/records/{id}', '/api/records/7?format=docx', 400],
  ['/api/lookup', '/api/lookup?ids=7,8,9,10&format=flat', 200],
  ['/api/lookup', '/api/lookup?ids=7|10.5281/zenodo.8', 200],
  ['/api/lookup', '/api/lookup?ids=', 400],
  ['/api/communities', '/api/communities?sort=newest', 200],
  ['/api/communities', '/api/communities?sort=x', 400],
  ['/api/communities/{slug}', '/api/communities/COMMUNITY', 200],
  ['/api/communities/{slug}', '/api/communities/nobody', 404],
  ['/api/communities/{slug}/records', '/api/communities/COMMUNITY/records', 200],
  ['/api/communities/{slug}/records', '/api/communities/nobody/records', 404],
  ['/api/records/{id}/communities', '/api/records/7/communities', 200],
  ['/api/vocabularies/{type}', '/api/vocabularies/languages', 200],
  ['/api/vocabularies/{type}', '/api/vocabularies/x', 404],
  ['/api/vocabularies/{type}/{id}', '/api/vocabularies/languages/eng', 200],
  ['/api/vocabularies/{type}/{id}', '/api/vocabularies/languages/x', 404],
  ...['funders', 'awards', 'names', 'affiliations', 'subjects', 'licenses'].map((name) => [`/api/${name}`, `/api/${name}`, 200] as const),
  ['/api/names/{id}', '/api/names/0000-0002-1825-0097', 200],
  ['/api/affiliations/{id}', '/api/affiliations/01ggx4157', 200],
  ['/api/funders/{id}', '/api/funders/nobody', 404],
  ['/api/awards/{id}', '/api/awards/nobody', 404],
  ['/api/subjects/{id}', '/api/subjects/tide', 200],
  ['/api/licenses/{id}', '/api/licenses/nobody', 404],
  ['/api/oaipmh/formats', '/api/oaipmh/formats', 200],
  ['/api/oaipmh/sets', '/api/oaipmh/sets?size=1', 200],
  ['/api/changes', '/api/changes', 200],
  ['/api/changes', '/api/changes?since=x', 400],
  ['/feeds/communities/{slug}.{form}', '/feeds/communities/x.atom', 200],
  ['/feeds/records.{form}', '/feeds/records.rss', 200],
  ['/feeds/records.{form}', '/feeds/records.json', 200],
  ['/oai2d', '/oai2d?verb=Identify', 200],
  ['/healthz', '/healthz', 200],
  ['/readyz', '/readyz', 200],
  ['/metrics', '/metrics', 200],
];

test.each(EXAMPLES)('%s: the answer to %s is what the document says', async (path, url, status) => {
  const reply = await api.app.inject(url.replace('RUN', String(runIds[0])).replace('COMMUNITY', communityOf(api)));
  expect(reply.statusCode).toBe(status);
  expect(contradictions(document.paths[path]!.get, reply)).toEqual([]);
});

test('POST of one name: the answers are what the document says', async () => {
  for (const url of ['/api/lookup', '/api/zenodo/records']) {
    const operation = (document.paths[url] as unknown as { readonly post: Operation }).post;
    for (const [payload, status] of [
      [{ record: '7', timeout: 300 }, 200],
      [{ record: '10.5281/zenodo.8' }, 200],
      [{ record: '999' }, 412],
      [{ record: '9' }, 412],
      [{ record: '' }, 400],
      [{}, 400],
    ] as const) {
      const reply = await api.app.inject({ method: 'POST', url, payload });
      expect([url, payload, reply.statusCode]).toEqual([url, payload, status]);
      expect(contradictions(operation, reply)).toEqual([]);
    }
  }
});

test('POST /api/stats: the answers are what the document says', async () => {
  const operation = (document.paths['/api/stats'] as unknown as { readonly post: Operation }).post;
  for (const [payload, status] of [
    [{ a: { stat: 'record-view', params: { recid: '7' } } }, 200],
    [{ a: { stat: 'x' } }, 400],
    [{ a: { stat: 'record-view', params: { recid: '9' } } }, 410],
  ] as const) {
    const reply = await api.app.inject({ method: 'POST', url: '/api/stats', payload });
    expect(reply.statusCode).toBe(status);
    expect(contradictions(operation, reply)).toEqual([]);
  }
});

function communityOf({ records }: StockedApi): string {
  return records.flatMap((record) => record.metadata?.communities ?? [])[0]!;
}

/** The differences between an answer and its schema. */
function contradictions(
  { responses }: Operation,
  reply: { statusCode: number; headers: Record<string, unknown>; body: string },
): unknown[] {
  const response = responses[reply.statusCode] ?? responses[`${Math.trunc(reply.statusCode / 100)}XX`];
  if (response === undefined) return [`the status ${reply.statusCode} is not described`];
  if (response.content === undefined) return reply.body === '' ? [] : ['there is a body'];
  const mediaType = String(reply.headers['content-type']).split(';')[0]!;
  const content = response.content[mediaType];
  if (content === undefined) return [`the media type ${mediaType} is not described`];
  return mediaType.endsWith('json') ? faultsOf(content.schema, JSON.parse(reply.body)) : [];
}

/** Nothing that the schema does not name may be there either, but in problems. */
function faultsOf(schema: Schema, value: unknown): unknown[] {
  const schemas = Object.fromEntries(Object.entries(document.components.schemas).map(([name, one]) => [name, closed(one)]));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.validate({ ...schema, components: { schemas } }, value);
  return ajv.errors ?? [];
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, one]) => [name, closed(one)]));
  return 'properties' in inner && !('additionalProperties' in inner) ? { ...inner, additionalProperties: false } : inner;
}

test('the check finds what does not conform', () => {
  const page = document.paths['/api/records']!.get.responses['200']!.content!['application/json']!.schema;
  expect(faultsOf(page, { hits: { hits: [{ id: 1 }], total: 'many' }, links: {} })).not.toEqual([]);
});
