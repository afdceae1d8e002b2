import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';

let api: StockedApi;
beforeAll(async () => {
  api = await createStockedApi({ size: 600 });
  await api.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => api[Symbol.asyncDispose]());

const contexts = async (): Promise<number> =>
  (await api.index.client.indices.stats({ index: api.index.alias }))._all.primaries!.search!.open_contexts!;
const walk = (remoteAddress: string, query = 'cursor=*&size=1') => api.app.inject({ url: `/api/records?${query}`, remoteAddress });

test('a client that only begins walks is stopped, others are not, and nothing else stays open', async () => {
  const begun = [];
  for (let n = 0; n < 22; n += 1) begun.push(await walk('192.0.2.1'));
  expect(begun.map((reply) => reply.statusCode)).toEqual([...Array<number>(20).fill(200), 429, 429]);
  expect(begun[21]!.json()).toMatchObject({ type: 'urn:thresher:problem:too-many-requests' });
  expect((await walk('192.0.2.2')).statusCode).toBe(200);
  const open = await contexts();
  expect(open % 21).toBe(0);
  // Refused by Elasticsearch after it was opened, come to its end, and a walk that is gone on with.
  expect((await walk('192.0.2.3', `cursor=*&size=1&q=${encodeURIComponent('title:/[/')}`)).statusCode).toBe(400);
  expect((await walk('192.0.2.3', 'cursor=*&size=1000&q=recid:1')).json()).toMatchObject({ next_cursor: null });
  const { next_cursor: next } = begun[0]!.json<{ next_cursor: string }>();
  expect((await walk('192.0.2.1', `cursor=${next}`)).statusCode).toBe(200);
  expect(await contexts()).toBe(open);
});

test('an export is closed when it is done, asked for by HEAD, or left', async () => {
  const open = await contexts();
  const url = '/api/records/export?all_versions=true&format=jsonl';
  expect((await api.app.inject({ url, method: 'HEAD', remoteAddress: '192.0.2.4' })).statusCode).toBe(200);
  expect((await api.app.inject({ url, remoteAddress: '192.0.2.4' })).body.trimEnd().split('\n').length).toBeGreaterThan(500);
  const closed = Promise.withResolvers<void>();
  const socket = connect((api.app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`GET ${url} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  socket.once('data', () => socket.destroy());
  socket.once('close', () => closed.resolve());
  await closed.promise;
  await vi.waitFor(async () => expect(await contexts()).toBe(open), { timeout: 20_000 });
});
