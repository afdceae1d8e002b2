import { once } from 'node:events';
import { createLogger } from '@thresher/runtime';
import { createMetrics } from '@thresher/runtime/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApi } from '../api.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';
import { openSharedCounts } from './shared-counts.ts';

const keys = [{ name: 'bot', key: 'key-of-the-bot-000', perMinute: 4 }];
const redisUrl = process.env['REDIS_URL'];
const databaseUrl = (name: string): string => `postgres://localhost/access-${process.pid}-${name}`;
const unexpected = (error: Error): never => {
  throw error;
};

let stored: StoredApi;
beforeAll(async () => {
  stored = await createStoredApi({ size: 0 });
});
afterAll(() => stored[Symbol.asyncDispose]());

async function openApi(url: string, database: string, onError: (error: Error) => void = unexpected) {
  const stack = new AsyncDisposableStack();
  const settings = { access: { perMinute: 2 }, redis: { url }, database: { url: databaseUrl(database) } };
  const shared = stack.use(openSharedCounts(settings, onError)!);
  const log = createLogger({ level: 'silent', pretty: false });
  const { db } = stored.database;
  const app = buildApi({ db, search: null, log, metrics: createMetrics(), version: '1.2.3', access: { keys, perMinute: 2, shared } });
  stack.defer(() => app.close());
  const ask = async (headers: Record<string, string> = {}): Promise<number> =>
    (await app.inject({ url: '/api/records/1', headers })).statusCode;
  const isConnected = async (): Promise<void> => {
    if (shared.redis.status !== 'ready') await once(shared.redis, 'ready');
  };
  return { isConnected, ask, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test.skipIf(redisUrl === undefined)('processes on one database count together, those on another by themselves', async () => {
  await using first = await openApi(redisUrl!, 'one');
  await using second = await openApi(redisUrl!, 'one');
  await using other = await openApi(redisUrl!, 'other');
  for (const api of [first, second, other]) await api.isConnected();
  expect([await first.ask(), await second.ask(), await first.ask(), await second.ask(), await other.ask()]).toEqual([
    404, 404, 429, 429, 404,
  ]);
  const key = { 'x-api-key': 'key-of-the-bot-000' };
  const replies = [];
  for (const api of [first, second, first, second, first, second]) replies.push(await api.ask(key));
  expect(replies).toEqual([404, 404, 404, 404, 429, 429]);
});

test('if nothing is limited Redis is not asked', () => {
  const database = { url: databaseUrl('none') };
  expect(openSharedCounts({ access: {}, redis: { url: 'redis://127.0.0.1:1' }, database }, unexpected)).toBeNull();
  expect(openSharedCounts({ access: { perMinute: 5 }, redis: {}, database }, unexpected)).toBeNull();
});

test('without Redis nobody is turned away, and nobody waits', async () => {
  const errors: Error[] = [];
  await using api = await openApi('redis://127.0.0.1:1', 'away', (error) => errors.push(error));
  for (let n = 0; n < 4; n += 1) expect(await api.ask()).toBe(404);
  expect(errors.length).toBeGreaterThan(0);
});
