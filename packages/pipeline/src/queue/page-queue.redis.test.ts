import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPageQueue, type PageQueue } from './page-queue.ts';

/** Both backends keep the same promises. */
const redisUrl = process.env['REDIS_URL'];
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL'] ?? '');
});
afterAll(() => database[Symbol.asyncDispose]());

const open = (url: string | undefined, installation = `test-${randomUUID()}`): PageQueue =>
  createPageQueue({ redisUrl: url, databaseUrl: database.url, installation, onError: () => {}, retryMs: 20 });

/** Resolves when the handler has seen `count` pages. */
function collector(wanted: number): {
  readonly seen: number[];
  readonly handle: (id: number) => Promise<void>;
  readonly all: Promise<void>;
} {
  const seen: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    seen,
    all: promise,
    handle: async (id) => {
      seen.push(id);
      if (seen.length === wanted) resolve();
    },
  };
}

for (const [backend, url] of [
  ['PostgreSQL', undefined],
  ['Redis', redisUrl],
] as const)
  describe.skipIf(backend === 'Redis' && redisUrl === undefined)(
    `the queue on ${backend}${backend === 'Redis' && redisUrl === undefined ? ' (no REDIS_URL)' : ''}`,
    () => {
      it('hands every page to a worker', async () => {
        await using queue = open(url);
        await queue.add([1, 2, 3]);
        expect(await queue.count()).toBe(3);
        const { seen, handle, all } = collector(3);
        await using _ = queue.work(handle, 2);
        await all;
        expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
      });

      it('holds a page once, however often it is added, and again after it is through', async () => {
        await using queue = open(url);
        await queue.add([7]);
        await queue.add([7]);
        expect(await queue.count()).toBe(1);
        const first = collector(1);
        const worker = queue.work(first.handle, 1);
        await first.all;
        await worker[Symbol.asyncDispose]();
        expect(await queue.count()).toBe(0);
        await queue.add([7]);
        expect(await queue.count()).toBe(1);
      });

      it('brings a page back whose transform failed, and lets go of it after five tries', async () => {
        await using queue = open(url);
        let tries = 0;
        const { promise, resolve } = Promise.withResolvers<void>();
        await using _ = queue.work(async () => {
          if (++tries === 5) resolve();
          throw new Error('the database is away');
        }, 1);
        await queue.add([9]);
        await promise;
        await expect.poll(() => queue.count(), { timeout: 10_000 }).toBe(0);
        expect(tries).toBe(5);
      }, 30_000);

      it('keeps installations apart', async () => {
        await using queue = open(url);
        await using other = open(url);
        await queue.add([1]);
        expect(await other.count()).toBe(0);
      });
    },
  );

describe.skipIf(redisUrl === undefined)('Redis', () => {
  it('may be emptied: the queue forgets and goes on', async () => {
    const installation = `test-${randomUUID()}`;
    await using queue = open(redisUrl, installation);
    await queue.add([1, 2]);
    const redis = new Redis(redisUrl ?? '');
    const keys = await redis.keys(`*${installation}*`);
    await redis.del(...keys);
    redis.disconnect();
    expect(await queue.count()).toBe(0);
    const { handle, all, seen } = collector(1);
    await using _ = queue.work(handle, 1);
    await queue.add([2]);
    await all;
    expect(seen).toEqual([2]);
  });
});
