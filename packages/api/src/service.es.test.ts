import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createLogger, type Logger } from '@thresher/runtime';
import { createMetrics } from '@thresher/runtime/metrics';
import { createSearchClient } from '@thresher/search';
import { plainRequest } from '@thresher/search/testing';
import { createDb, type Db, type DbOptions } from '@thresher/store/database';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { makeRun } from '../test/ledger.ts';
import { createStockedApi, type StockedApi } from '../test/stocked-api.ts';
import { buildApi } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { startApi } from './start-api.ts';

const log: Logger = createLogger({ level: 'silent', pretty: false });
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';
let api: StockedApi;

beforeAll(async () => {
  api = await createStockedApi({ size: 5 });
});
afterAll(() => api[Symbol.asyncDispose]());

/** The same API with other servers behind it. */
function apiWith(overlay: Partial<ApiDeps>): StockedApi['app'] {
  const app = buildApi({ db: api.database.db, search: api.index, log, metrics: createMetrics(), version: '1.2.3', ...overlay });
  onTestFinished(() => app.close());
  return app;
}

function dbAt(url: string, options: Partial<DbOptions> = {}): Db {
  const db = createDb({ connectionString: url, connectionTimeoutMillis: 1_000, ...options });
  onTestFinished(() => db.destroy());
  return db;
}

async function searchAt(url: string, alias: string): Promise<NonNullable<ApiDeps['search']>> {
  const client = await createSearchClient(url, { maxRetries: 0, requestTimeoutMs: 1_000 });
  onTestFinished(() => client.close());
  return { client, alias };
}

test('without an index, searches say so and all else works', async () => {
  const app = apiWith({ search: null });
  const reply = await app.inject('/api/records?q=x');
  expect(reply.statusCode).toBe(503);
  expect(reply.headers['retry-after']).toBe('10');
  expect(reply.json()).toMatchObject({
    type: 'urn:thresher:problem:search-unavailable',
    detail: expect.stringContaining('ELASTICSEARCH_URL'),
  });
  const recid = api.records[0]?.oaiIdentifier.split(':').at(-1);
  expect((await app.inject(`/api/records/${recid}`)).statusCode).toBe(200);
  expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready', checks: { postgres: 'ok', elasticsearch: 'not configured' } });
  expect((await app.inject('/api/harvest')).json()).toMatchObject({ documents: null });
});

test('an index that does not answer and one that does not exist are distinguished', async () => {
  const silent = apiWith({ search: await searchAt(NOWHERE, 'x') });
  expect((await silent.inject('/api/records')).json()).toMatchObject({ status: 503, detail: expect.stringContaining('does not answer') });
  expect((await silent.inject('/readyz')).json()).toMatchObject({
    status: 503,
    reasons: ['Elasticsearch does not answer'],
    checks: { postgres: 'ok', elasticsearch: 'failed' },
  });
  const missing = apiWith({ search: await searchAt(process.env['ELASTICSEARCH_URL'] ?? '', 'thresher-test-missing') });
  expect((await missing.inject('/api/records')).json()).toMatchObject({ status: 503, detail: expect.stringContaining('thresher reindex') });
  expect((await missing.inject('/readyz')).json()).toMatchObject({ status: 503, reasons: [expect.stringContaining('thresher reindex')] });
});

test('an Elasticsearch that was wanted and did not come up is a reason not to be ready', async () => {
  const searchFault = 'Elasticsearch could not be started: did not answer within 300 s';
  const app = apiWith({ search: null, searchFault });
  expect((await app.inject('/readyz')).json()).toMatchObject({
    status: 503,
    reasons: [searchFault],
    checks: { postgres: 'ok', elasticsearch: 'failed' },
  });
  expect((await app.inject('/api/records?q=x')).json()).toMatchObject({ status: 503, detail: searchFault });
});

test('servers that accept connections and never answer are reported within seconds', async () => {
  const silent = createTcpServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const db = createDb({ connectionString: `postgres://nobody@127.0.0.1:${port}/none`, connectionTimeoutMillis: 8_000 });
  onTestFinished(async () => {
    silent.close();
    await db.destroy();
  });
  const app = apiWith({ db, search: await searchAt(`http://127.0.0.1:${port}`, 'x') });
  const reply = await app.inject('/readyz');
  expect(reply.json()).toMatchObject({ status: 503, reasons: ['PostgreSQL does not answer', 'Elasticsearch does not answer'] });
});

test('a statement that takes too long is 503 with a time to try again', async () => {
  const app = apiWith({ db: dbAt(api.database.url, { statement_timeout: 300 }) });
  const { pool } = api.database.db;
  const holder = await pool.connect();
  onTestFinished(() => holder.release());
  await holder.query('begin; lock table public.record in access exclusive mode');
  onTestFinished(() => void holder.query('rollback'));
  for (const url of ['/api/records/1', '/api/changes', '/api/communities', '/oai2d?verb=ListRecords&metadataPrefix=oai_dc']) {
    const reply = await app.inject(url);
    expect([url, reply.statusCode, reply.headers['retry-after']]).toEqual([url, 503, '10']);
  }
  expect((await app.inject('/api/records/1')).json()).toMatchObject({
    type: 'urn:thresher:problem:too-slow',
    detail: expect.stringContaining('took too long'),
  });
});

/** A server in front of Elasticsearch that says of each search what a busy one says: it was stopped at its time limit. */
async function stoppingSearches(elasticsearchUrl: string): Promise<string> {
  const server = createServer((request, response) => {
    const forward = async (): Promise<void> => {
      const { to, headers } = plainRequest(elasticsearchUrl, request.url ?? '');
      const type = { 'content-type': request.headers['content-type'] ?? 'application/json', accept: request.headers.accept ?? '*/*' };
      const sent = await textOf(request);
      const reply = await fetch(to, { method: request.method!, headers: { ...headers, ...type }, ...(sent !== '' && { body: sent }) });
      const text = (await reply.text()).replaceAll('"timed_out":false', '"timed_out":true');
      response.writeHead(reply.status, {
        'x-elastic-product': 'Elasticsearch',
        'content-type': reply.headers.get('content-type') ?? 'application/json',
      });
      response.end(text);
    };
    void forward();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a search that a busy server stops is 503 with a time to try again, and no fault of the query', async () => {
  const busy = await stoppingSearches(process.env['ELASTICSEARCH_URL'] ?? '');
  const client = await createSearchClient(busy);
  onTestFinished(() => client.close());
  const app = apiWith({ search: { client, alias: api.index.alias } });
  for (const url of ['/api/records?size=0&facets=all', '/api/records', '/api/records?q=title:dat*']) {
    const reply = await app.inject(url);
    expect([url, reply.statusCode, reply.headers['retry-after']]).toEqual([url, 503, '10']);
    expect(reply.json()).toMatchObject({ type: 'urn:thresher:problem:too-slow', detail: expect.stringContaining('took too long') });
  }
});

test('/readyz waits until the API has answered its usual requests itself, which are not counted', { timeout: 60_000 }, async () => {
  const metrics = createMetrics();
  const stop = new AbortController();
  const { promise: listening, resolve } = Promise.withResolvers<string>();
  const searches: string[] = [];
  const client = await createSearchClient(process.env['ELASTICSEARCH_URL'] ?? '');
  onTestFinished(() => client.close());
  const search = { client, alias: api.index.alias };
  client.diagnostic.on('response', (_, result) => searches.push(result?.meta.request.params.path ?? ''));
  const deps = { db: api.database.db, search, log, metrics, version: '1' };
  const serving = startApi(deps, { host: '127.0.0.1', port: 0, onListening: resolve }, stop.signal);
  const url = await listening;
  const readiness = async () => (await fetch(`${url}/readyz`)).json() as Promise<{ status: string; reasons?: string[] }>;
  const first = await readiness();
  expect(first.reasons).toEqual(['the API is warming up']);
  while ((await readiness()).status !== 'ready');
  expect(searches.filter((path) => path.endsWith('/_msearch') || path.endsWith('/_search')).length).toBeGreaterThanOrEqual(20);
  expect(await metrics.metrics()).not.toContain('route="/api/records"');
  stop.abort();
  await serving;
});

test('without Postgres everything but health is 503', async () => {
  const app = apiWith({ db: dbAt('postgres://nobody@127.0.0.1:1/none') });
  for (const url of ['/api/records', '/api/records/1', '/api/records/1/export/ris', '/api/harvest', '/readyz']) {
    const reply = await app.inject(url);
    expect([url, reply.statusCode]).toEqual([url, 503]);
    expect(reply.json()).toMatchObject({ detail: expect.stringContaining('PostgreSQL does not answer') });
  }
  expect((await app.inject('/healthz')).json()).toMatchObject({ status: 'ok', version: '1.2.3' });
});

test('an empty database is not ready', async () => {
  const { database } = api;
  const name = `${new URL(database.url).pathname.slice(1)}_empty`;
  await database.db.pool.query(`create database ${name}`);
  onTestFinished(async () => {
    await database.db.pool.query(`drop database ${name}`);
  });
  const app = apiWith({ db: dbAt(database.url.replace(/[^/]+$/, name)) });
  expect((await app.inject('/readyz')).json()).toMatchObject({
    status: 503,
    reasons: ['the database is not migrated: run npx thresher migrate'],
  });
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s is refused before its body is read', async (method) => {
  for (const url of ['/api/records', '/api/records/1', '/api/deposit/depositions', '/']) {
    const reply = await api.app.inject({ method, url, payload: '{not json', headers: { 'content-type': 'application/x-unknown' } });
    expect([reply.statusCode, reply.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(reply.json()).toMatchObject({ type: 'urn:thresher:problem:read-only', detail: expect.stringContaining('read mirror') });
  }
});

test('what is nowhere, or no URL at all, is a problem too', async () => {
  expect((await api.app.inject('/api/nothing?x=1')).json()).toMatchObject({
    status: 404,
    type: 'urn:thresher:problem:unknown-path',
    detail: expect.stringContaining('/api/nothing:'),
  });
  expect((await api.app.inject('/api/records/%E0%A4%A')).json()).toMatchObject({ status: 400, type: 'urn:thresher:problem:bad-request' });
  expect((await api.app.inject(`/api/records/${'9'.repeat(9_500)}`)).json()).toMatchObject({
    status: 404,
    type: 'urn:thresher:problem:unknown-path',
  });
});

test('a fault of ours tells nothing of its inside', async () => {
  const broken = new Proxy(api.database.db, {
    get(target, name) {
      if (name === 'selectFrom') throw new TypeError('secret inside');
      return Reflect.get(target, name, target) as unknown;
    },
  });
  const reply = await apiWith({ db: broken }).inject('/api/harvest');
  expect(reply.statusCode).toBe(500);
  expect(reply.body).not.toContain('secret');
  expect(reply.body).not.toContain('.ts');
  expect(reply.json()).toMatchObject({ type: 'urn:thresher:problem:internal-error', request_id: reply.headers['x-request-id'] });
});

test('any page may read it, and no page may frame it', async () => {
  const { headers } = await api.app.inject({ url: '/api/records?size=0', headers: { origin: 'https://elsewhere.example' } });
  expect(headers).toMatchObject({
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
  const preflight = await api.app.inject({
    method: 'OPTIONS',
    url: '/api/records',
    headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' },
  });
  expect([preflight.statusCode, preflight.headers['access-control-allow-methods']]).toEqual([204, 'GET, HEAD, OPTIONS']);
});

test('links follow the host that was asked if it is allowed, and proxies that are named', async () => {
  const originFor = async (app: StockedApi['app'], headers: Record<string, string>): Promise<string> =>
    (await app.inject({ url: '/api/oaipmh/sets?size=1', headers })).json<Sets>().hits.hits[0]!.links.oai.replace(/\/oai2d.*/, '');
  const forwarded = { host: 'inner', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'localhost:8443', forwarded: 'host=elsewhere' };
  expect(await originFor(api.app, { host: 'localhost:8080' })).toBe('http://localhost:8080');
  expect(await originFor(api.app, { host: 'elsewhere.example' })).toBe('http://localhost');
  expect(await originFor(api.app, forwarded)).toBe('http://localhost');
  const named = apiWith({ publicAddress: { publicUrl: 'https://mirror.example', proxies: ['127.0.0.1'] } });
  expect(await originFor(named, { host: 'elsewhere.example' })).toBe('https://mirror.example');
  expect(await originFor(named, { host: 'mirror.example' })).toBe('https://mirror.example');
  expect(await originFor(named, forwarded)).toBe('https://localhost:8443');
  expect(await originFor(named, { ...forwarded, 'x-forwarded-proto': 'javascript' })).toBe('http://localhost:8443');
  expect(await originFor(named, { ...forwarded, 'x-forwarded-host': 'elsewhere.example' })).toBe('https://mirror.example');
});

interface Sets {
  readonly hits: { readonly hits: readonly { readonly links: { readonly oai: string } }[] };
}

test('the ledger is shown with its counts, its windows and what is wrong', async () => {
  const run = await makeRun(api.database.db, api.sourceId);
  const report = (await api.app.inject('/api/harvest')).json<{ sources: unknown[]; documents: number }>();
  expect(report.documents).toBe(5);
  expect(report.sources).toMatchObject([
    {
      name: 'sim',
      runs: [
        {
          id: run.id,
          kind: 'full',
          state: 'incomplete',
          failure: '1 windows came short',
          totals: { windows: 2, complete: 1, short: 1, declared: 110, stored: 60, indexed: 60, pending: 0 },
        },
      ],
    },
  ]);
  const detail = await api.app.inject(`/api/harvest/runs/${run.id}`);
  expect(detail.json()).toMatchObject({
    run: { id: run.id },
    segments: [
      { from: '2024-01-01T00:00:00.000Z', declared: 60, states: { complete: 1 } },
      { until: '2024-02-29T00:00:00.000Z', states: { short: 1 } },
    ],
    problems: [{ state: 'short', declared: 50, failure: 'of 50 declared records 48 arrived' }],
  });
  expect((await api.app.inject('/api/harvest/runs/999')).json()).toMatchObject({ status: 404, type: 'urn:thresher:problem:unknown-run' });
  expect((await api.app.inject('/api/harvest/runs/x')).json()).toMatchObject({ status: 400, parameter: 'id' });
});

test('requests are counted under their routes', async () => {
  await api.app.inject('/api/records/1');
  const { headers, body } = await api.app.inject('/metrics');
  expect(headers['content-type']).toContain('version=0.0.4');
  expect(body).toContain('thresher_server_up{server="postgresql"} 1\nthresher_server_up{server="elasticsearch"} 1\n');
  expect(body).toMatch(/thresher_http_request_duration_seconds_count\{method="GET",route="\/api\/records\/:id",status="4xx"\} \d+/);
});

/** Serves on its own free port until `stop` is aborted. */
async function serve(overlay: Partial<ApiDeps> = {}): Promise<{ url: string; stop: () => void; ended: Promise<void> }> {
  const controller = new AbortController();
  const address = Promise.withResolvers<string>();
  const deps = { db: api.database.db, search: api.index, log, metrics: createMetrics(), version: '1', ...overlay };
  const ended = startApi(deps, { host: '127.0.0.1', port: 0, onListening: address.resolve }, controller.signal);
  const stop = (): void => controller.abort();
  onTestFinished(stop);
  return { url: await address.promise, stop, ended };
}

test('it listens until the signal, and finishes what is under way', async () => {
  const { url, stop, ended } = await serve();
  const blocker = await api.database.db.pool.connect();
  await blocker.query('begin; lock table public.record in access exclusive mode');
  const reply = fetch(`${url}/api/records/${api.records[0]?.oaiIdentifier}`);
  await untilBlocked(blocker);
  stop();
  await blocker.query('commit');
  blocker.release();
  const { status, headers } = await reply;
  expect([status, headers.get('connection')]).toEqual([200, 'close']);
  await ended;
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('above a number of requests in flight the others get 503 and Retry-After at once; one whose client goes away frees its place', async () => {
  const metrics = createMetrics();
  const { url } = await serve({ metrics, mostInFlight: 2 });
  const valueOf = async (name: string) => Number((await metrics.getSingleMetricAsString(name)).split(' ').at(-1));
  const record = `${url}/api/records/${api.records[0]?.oaiIdentifier}`;
  const blocker = await api.database.db.pool.connect();
  await blocker.query('begin; lock table public.record in access exclusive mode');
  const away = new AbortController();
  const [first, second] = [fetch(record), fetch(record, { signal: away.signal })];
  await expect.poll(() => valueOf('thresher_http_requests_in_flight')).toBe(2);
  const shed = await Promise.all(Array.from({ length: 40 }, () => fetch(record)));
  expect(new Set(shed.map(({ status, headers }) => `${status} ${headers.get('retry-after')}`))).toEqual(new Set(['503 10']));
  expect(await shed[0]!.json()).toMatchObject({ type: 'urn:thresher:problem:overloaded' });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(await valueOf('thresher_http_shed_total')).toBe(40);
  expect(await valueOf('thresher_http_requests_in_flight')).toBe(2);
  away.abort();
  await expect(second).rejects.toThrow('aborted');
  await expect.poll(() => valueOf('thresher_http_requests_in_flight')).toBe(1);
  const third = fetch(record);
  await expect.poll(() => valueOf('thresher_http_requests_in_flight')).toBe(2);
  await blocker.query('commit');
  blocker.release();
  expect([(await first).status, (await third).status]).toEqual([200, 200]);
  await expect.poll(() => valueOf('thresher_http_requests_in_flight')).toBe(0);
});

async function untilBlocked(client: { query(sql: string): Promise<{ rows: { n: string | number }[] }> }): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      'select count(*) as n from pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database() and not l.granted',
    );
    if (Number(rows[0]?.n) > 0) return;
  }
}

test('a port that is taken is an error, not a hang', async () => {
  const { url } = await serve();
  const deps = { db: api.database.db, search: null, log, metrics: createMetrics(), version: '1' };
  const again = startApi(deps, { host: '127.0.0.1', port: Number(new URL(url).port) }, new AbortController().signal);
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('the search of a client that went away is ended, and no fault of ours', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => silent.closeAllConnections());
  await once(silent, 'listening');
  const metrics = createMetrics();
  const { url } = await serve({ metrics, search: await searchAt(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, 'x') });
  const away = new AbortController();
  const reply = fetch(`${url}/api/records?q=climate`, { signal: away.signal });
  const [asked] = (await once(silent, 'request')) as [IncomingMessage];
  asked.on('error', () => {});
  away.abort();
  await expect(reply).rejects.toThrow('aborted');
  await expect.poll(() => asked.destroyed).toBe(true);
  await expect.poll(() => metrics.metrics()).toContain('thresher_http_aborted_total{route="/api/records"} 1');
});
