import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';
import { thresher } from '../ledger/thresher.ts';

interface Listening extends AsyncDisposable {
  readonly url: string;
  /** Method and path of the requests that arrived. */
  readonly requests: string[];
}

async function listen(host: string, answer: RequestListener): Promise<Listening> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()).closeAllConnections());
  return { url: `http://${host}:${(server.address() as AddressInfo).port}`, requests, [Symbol.asyncDispose]: close };
}

/** A service on a private network that answers everybody, and a server that leads there. */
async function trap() {
  const stack = new AsyncDisposableStack();
  const inner = stack.use(await listen('127.0.0.2', (_, response) => void response.end('secret')));
  const outer = stack.use(
    await listen('127.0.0.1', (request, response) => void response.writeHead(307, { location: `${inner.url}${request.url}` }).end()),
  );
  return { inner, outer, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const refused = 'is a loopback address: no request is sent there unless OUTBOUND_ALLOW names it';

it('a source, a dump and a list of deletions lead to no private address', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 5, size: 10 });
  await using at = await trap();
  const harvested = await thresher(harness, 'harvest', `${at.outer.url}/oai`);
  expect([harvested.code, harvested.err]).toEqual([
    1,
    expect.stringContaining(`${at.outer.url}/oai leads to a refused address: 127.0.0.2 ${refused}`),
  ]);
  const dumps = [
    [`${at.inner.url}/records.tar.gz`, {}],
    [`${at.outer.url}/records.tar.gz`, { OUTBOUND_ALLOW: '127.0.0.1' }],
  ] as const;
  for (const [url, env] of dumps) {
    const dumped = await thresher({ databaseUrl: harness.databaseUrl, env }, 'harvest', sim.url, '--from-dump', url);
    expect([dumped.code, dumped.err]).toEqual([1, expect.stringContaining(`127.0.0.2 ${refused}`)]);
  }
  expect(at.inner.requests).toEqual([]);
  expect(at.outer.requests).toEqual(['GET /oai?verb=Identify', 'GET /records.tar.gz']);
});

it('files and statistics are asked for at the source alone', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 6, size: 3 });
  await using at = await trap();
  await harness.harvest(sim.url);
  await harness.db
    .updateTable('harvest.source')
    .set({ base_url: `${at.outer.url}/oai2d` })
    .execute();
  await thresher(harness, 'enrich', `${at.outer.url}/oai2d`);
  expect(at.outer.requests.length).toBeGreaterThan(0);
  expect(at.inner.requests).toEqual([]);
});

it(
  'a webhook gets messages at an address that is public or allowed, and its redirects are not followed',
  { timeout: 120_000 },
  async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 7, size: 3 });
    await using at = await trap();
    for (const { url } of [at.inner, at.outer]) expect((await thresher(harness, 'webhook', 'add', `${url}/hook`)).code).toBe(0);
    await harness.harvest(sim.url);
    const allowing = { databaseUrl: harness.databaseUrl, env: { OUTBOUND_ALLOW: new URL(at.outer.url).host } };
    expect((await thresher(allowing, 'webhook', 'deliver')).code).toBe(3);
    const whys = await Promise.all([1, 2].map(async (id) => (await thresher(harness, 'webhook', 'log', String(id))).out));
    expect(whys).toEqual([expect.stringContaining(`127.0.0.2 ${refused}`), expect.stringContaining('the receiver answers 307')]);
    expect(at.inner.requests).toEqual([]);
    expect(new Set(at.outer.requests)).toEqual(new Set(['POST /hook']));
  },
);
