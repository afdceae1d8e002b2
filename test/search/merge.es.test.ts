import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { incrementalRequest, reindex, runHarvest } from '@thresher/pipeline';
import { countDocuments, createSearchClient, type SearchClient } from '@thresher/search';
import { plainRequest } from '@thresher/search/testing';
import { expect, test, vi } from 'vitest';
import { everything, type Harness, log, openHarness, type Simulated, simulate } from '../harness.ts';

/** More than are left as they are, and no more than Elasticsearch leaves alone itself. */
const SEGMENTS = 10;

test('a full harvest ends with the segments of the index merged, an incremental one leaves them', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 12, size: 120 });
  await scatter(harness);
  const asked = watchMerging(harness.search.client);
  expect(await segmentsOf(harness)).toBe(SEGMENTS);
  expect((await harness.harvest(sim.url)).state).toBe('complete');
  expect(asked).toEqual(['_stats/store', '_forcemerge']);
  await vi.waitUntil(async () => (await segmentsOf(harness)) === 1, { timeout: 60_000 });
  expect(await countDocuments(harness.search.client, harness.search.alias)).toBe(sim.ledger().size + SEGMENTS);

  const changed = sim.repository.touch({ fraction: 0.1 }, Date.now());
  const { state, totals } = await follow(harness, sim);
  expect([state, totals.stored]).toEqual(['complete', changed]);
  expect(asked).toHaveLength(2);
});

test('where the index may not be merged, harvest and reindex end well all the same', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 13, size: 60 });
  await using proxy = await refuseMerges(process.env['ELASTICSEARCH_URL']!);
  const client = await createSearchClient(proxy.url);
  const search = { client, alias: harness.search.alias };
  const { source, ...deps } = await harness.deps(sim.url);
  const { state } = await runHarvest({ ...deps, search }, source, everything, () => {}, new AbortController().signal);
  expect([state, proxy.refused]).toEqual(['complete', ['_stats']]);

  const index = await reindex({ db: harness.db, search, log }, () => {}, new AbortController().signal);
  // Whether the old index is still read is not known either.
  expect(proxy.refused).toEqual(['_stats', '_stats', '_stats']);
  expect(Object.keys(await harness.search.client.indices.getAlias({ name: search.alias }))).toEqual([index]);
  expect(await countDocuments(client, search.alias)).toBe(sim.ledger().size);
  await client.close();
});

/** Documents of nobody, each in its own segment. */
async function scatter({ search: { client, alias } }: Harness): Promise<void> {
  // Else the server merges some by itself as soon as there are more.
  await client.indices.putSettings({ index: alias, settings: { 'index.merge.policy.segments_per_tier': 100 } });
  for (let n = 0; n < SEGMENTS; n += 1) await client.index({ index: alias, id: `of-nobody-${n}`, document: {}, refresh: true });
}

async function segmentsOf({ search: { client, alias } }: Harness): Promise<number> {
  const { _all } = await client.indices.stats({ index: alias, metric: ['segments'] });
  return _all.primaries!.segments!.count;
}

/** What a merge asks the server for: how it is, and then for the merge itself. Grows as the client asks. */
function watchMerging(client: SearchClient): readonly string[] {
  const asked: string[] = [];
  client.diagnostic.on('response', (_, result) => {
    const [, what] = /\/(_stats\/store|_forcemerge)\b/.exec(result?.meta.request.params.path ?? '') ?? [];
    if (what !== undefined) asked.push(what);
  });
  return asked;
}

async function follow(harness: Harness, { url }: Simulated) {
  const { source } = await harness.deps(url);
  const options = { metadataPrefix: 'oai_datacite', setSpecs: [], overlapSeconds: null, rate: null, concurrency: null };
  return harness.harvest(url, await incrementalRequest(harness.db, source, options));
}

/** Stands before the real server as if it were asked by a user who may write an index, but neither measure nor merge it. */
async function refuseMerges(target: string) {
  const refused: string[] = [];
  const refusal = JSON.stringify({ error: { type: 'security_exception', reason: 'not allowed' }, status: 403 });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, monitored] = /\/(_stats|_forcemerge)\b/.exec(request.url!) ?? [];
    if (monitored !== undefined) refused.push(monitored);
    const { status, type, body } = monitored === undefined ? await forward(target, request) : { status: 403, type: null, body: refusal };
    response.writeHead(status, { 'content-type': type ?? 'application/json', 'x-elastic-product': 'Elasticsearch' }).end(body);
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, refused, [Symbol.asyncDispose]: close };
}

async function forward(target: string, request: IncomingMessage) {
  const body = Buffer.concat(await request.toArray());
  // The two have to agree, or the server refuses the request.
  const { accept = '', 'content-type': sent = accept } = request.headers;
  const { to, headers } = plainRequest(target, request.url!);
  const answer = await fetch(to, {
    method: request.method!,
    headers: { ...headers, accept, 'content-type': sent },
    ...(body.length > 0 && { body }),
  });
  return { status: answer.status, type: answer.headers.get('content-type'), body: Buffer.from(await answer.arrayBuffer()) };
}
