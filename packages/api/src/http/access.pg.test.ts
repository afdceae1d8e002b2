import { afterAll, beforeAll, expect, test } from 'vitest';
import { harvested } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

const keys = [
  { name: 'lab', key: 'key-of-the-lab-000', perMinute: null },
  { name: 'bot', key: 'key-of-the-bot-000', perMinute: 3 },
];

let limited: StoredApi;
let closed: StoredApi;
beforeAll(async () => {
  limited = await createStoredApi({ size: 0 }, { access: { keys, perMinute: 2 } });
  closed = await createStoredApi({ size: 0 }, { access: { keys, perMinute: 0 } });
  for (const api of [limited, closed]) await api.store([harvested(1, '<titles><title>One</title></titles>')]);
});
afterAll(async () => {
  await limited[Symbol.asyncDispose]();
  await closed[Symbol.asyncDispose]();
});

const ask = (api: StoredApi, headers: Record<string, string> = {}, url = '/api/records/1') => api.app.inject({ url, headers });

test('a client without a key has a limit, and every answer shows what is left of it', async () => {
  const replies = [await ask(limited), await ask(limited), await ask(limited)];
  expect(replies.map((reply) => [reply.statusCode, reply.headers['x-ratelimit-remaining']])).toEqual([
    [200, '1'],
    [200, '0'],
    [429, '0'],
  ]);
  expect(replies[0]!.headers['x-ratelimit-limit']).toBe('2');
  expect(replies[2]!.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(replies[2]!.json()).toMatchObject({ status: 429, detail: expect.stringContaining('2 requests') });
  expect(Number(replies[2]!.headers['retry-after'])).toBeGreaterThan(0);
  for (const reply of replies) {
    const seconds = Number(reply.headers['x-ratelimit-reset']) - Date.now() / 1000;
    expect([seconds > -2, seconds <= 60]).toEqual([true, true]);
  }
  // Other paths count too, those for operation do not.
  expect((await ask(limited, {}, '/oai2d?verb=Identify')).statusCode).toBe(429);
  for (let n = 0; n < 5; n += 1) expect((await ask(limited, {}, '/healthz')).statusCode).toBe(200);
});

test('a key has its own limit, or none', async () => {
  for (let n = 0; n < 5; n += 1) expect((await ask(limited, { authorization: 'Bearer key-of-the-lab-000' })).statusCode).toBe(200);
  const bot = [];
  for (let n = 0; n < 4; n += 1) bot.push((await ask(limited, { 'x-api-key': 'key-of-the-bot-000' })).statusCode);
  expect(bot).toEqual([200, 200, 200, 429]);
  expect((await ask(limited, {}, '/api/records/1?access_token=key-of-the-bot-000')).statusCode).toBe(429);
});

test('a key that is not known is refused, and not repeated', async () => {
  const reply = await ask(limited, { authorization: 'Bearer something-else' });
  expect(reply.statusCode).toBe(401);
  expect(reply.json()).toMatchObject({ type: 'urn:thresher:problem:unknown-key' });
  expect(reply.body).not.toContain('something-else');
});

test('a client that guesses keys is refused, with right keys too, and others are not', async () => {
  await using api = await createStoredApi({ size: 0 }, { access: { keys, perMinute: 1000 } });
  const askAs = (remoteAddress: string, key: string) =>
    api.app.inject({ url: '/api/records/1', headers: { 'x-api-key': key }, remoteAddress });
  const statuses = [];
  for (let n = 0; n < 12; n += 1) statuses.push((await askAs('2001:db8::1', `a-guess-at-a-key-${n}`)).statusCode);
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
  const right = await askAs('2001:db8::2', keys[0]!.key);
  expect([right.statusCode, Number(right.headers['retry-after']) > 0]).toEqual([429, true]);
  expect((await askAs('192.0.2.1', keys[0]!.key)).statusCode).toBe(404);
  const without = await api.app.inject({ url: '/api/records/1', remoteAddress: '2001:db8::1' });
  expect(without.statusCode).toBe(404);
});

test('addresses of one IPv6 network are counted together', async () => {
  await using api = await createStoredApi({ size: 0 }, { access: { keys, perMinute: 2 } });
  const statuses = [];
  for (const remoteAddress of ['2001:db8::1', '2001:db8::2', '2001:db8::ffff:3', '2001:db8:0:1::1', '192.0.2.1'])
    statuses.push((await api.app.inject({ url: '/api/records/1', remoteAddress })).statusCode);
  expect(statuses).toEqual([404, 404, 429, 404, 404]);
});

test('X-Forwarded-For is believed from named proxies only', async () => {
  await using api = await createStoredApi({ size: 0 }, { access: { perMinute: 1 }, publicAddress: { proxies: ['10.0.0.0/8'] } });
  const statusOf = async (remoteAddress: string, forwardedFor: string): Promise<number> =>
    (await api.app.inject({ url: '/api/records/1', remoteAddress, headers: { 'x-forwarded-for': forwardedFor } })).statusCode;
  expect([await statusOf('127.0.0.1', '192.0.2.1'), await statusOf('127.0.0.1', '192.0.2.2')]).toEqual([404, 429]);
  expect([await statusOf('10.1.2.3', '192.0.2.1'), await statusOf('10.1.2.3', '192.0.2.2')]).toEqual([404, 404]);
  // What the client wrote stands before what the proxy added.
  expect(await statusOf('10.1.2.3', '192.0.2.9, 192.0.2.2')).toBe(429);
});

test('if a key is needed, a request without one gets no data', async () => {
  expect((await ask(closed)).statusCode).toBe(401);
  expect((await ask(closed, {}, '/api/openapi.json')).statusCode).toBe(401);
  expect((await ask(closed, { authorization: 'bearer key-of-the-lab-000' })).statusCode).toBe(200);
  expect((await ask(closed, {}, '/readyz')).statusCode).not.toBe(401);
});

test('without keys and limits a token is of no effect', async () => {
  await using api = await createStoredApi({ size: 0 });
  await api.store([harvested(1, '<titles><title>One</title></titles>')]);
  const reply = await ask(api, { authorization: 'Bearer a-token-of-zenodo' });
  expect(reply.statusCode).toBe(200);
  const number = (name: string) => Number(reply.headers[`x-ratelimit-${name}`]);
  expect(number('remaining')).toBe(number('limit'));
  const seconds = number('reset') - Date.now() / 1000;
  expect([seconds > -1, seconds <= 60]).toEqual([true, true]);
});
