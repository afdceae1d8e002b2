import { randomUUID } from 'node:crypto';
import { createLogger } from '@thresher/runtime';
import { createRun, saveSource } from '@thresher/store/harvest';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPageQueue } from './page-queue.ts';
import { sweep } from './sweep.ts';

const redisUrl = process.env['REDIS_URL'];
let database: TestDatabase;
let pages: number[];

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL'] ?? '');
  const { db } = database;
  const source = await saveSource(db, { name: 's', base_url: 'http://127.0.0.1/oai', metadata_prefix: 'oai_dc' });
  const bounds = { from_datestamp: null, until_datestamp: null };
  const run = { source_id: source.id, kind: 'full', metadata_prefix: 'oai_dc', set_specs: [], ...bounds, options: {} } as const;
  const { id } = await createRun(db, { ...run, set_specs: [] }, [{ set_spec: null, ...bounds }]);
  const { rows } = await db.pool.query<{ id: string }>(
    `insert into harvest.page (window_id, source_id, attempt, number, verb, content, content_length, record_count, identifiers, fetched_at)
     select w.id, $1, 1, n, 'ListRecords', '\\x00', 1, 1, '{}', now() - interval '1 hour'
     from harvest.window w, generate_series(0, 5) n where w.run_id = $2 returning id`,
    [source.id, id],
  );
  pages = rows.map((row) => Number(row.id));
});
afterAll(() => database[Symbol.asyncDispose]());

/** Takes away where jobs stand in the queue and leaves the keys of the jobs: what an eviction or a partial restore may do. */
const loseWaitList = {
  async Redis(installation: string): Promise<void> {
    const redis = new Redis(redisUrl ?? '');
    expect(await redis.del(`bull:thresher-${installation}-transform:wait`)).toBe(1);
    redis.disconnect();
  },
  async PostgreSQL(installation: string): Promise<void> {
    const { rowCount } = await database.db.pool.query(`delete from bullmq.job where queue = $1`, [`thresher-${installation}-transform`]);
    expect(rowCount).toBe(6);
  },
};

describe.each(['Redis', 'PostgreSQL'] as const)('the sweep on %s', (backend) => {
  it.skipIf(backend === 'Redis' && redisUrl === undefined)('puts back what the queue lost a part of, and says so once', async () => {
    const installation = `test-${randomUUID()}`;
    const heard: unknown[] = [];
    const log = Object.assign(createLogger({ level: 'silent', pretty: false }), { info: (facts: unknown) => void heard.push(facts) });
    await using queue = createPageQueue({
      redisUrl: backend === 'Redis' ? redisUrl : undefined,
      databaseUrl: database.url,
      installation,
      onError: () => {},
    });
    const swept = () => sweep({ db: database.db, queue, log, searchable: true });
    await queue.add(pages);
    expect(await swept()).toBe(0);
    await loseWaitList[backend](installation);
    expect(await queue.count()).toBe(0);
    expect(await swept()).toBe(6);
    expect(await queue.count()).toBe(6);
    expect(await swept()).toBe(0);
    expect(heard).toEqual([{ pages: 6 }]);
    const seen = new Set<number>();
    const { promise, resolve } = Promise.withResolvers<void>();
    await using _ = queue.work(async (page) => void (seen.add(page).size === 6 && resolve()), 2);
    await promise;
    expect([...seen].toSorted((a, b) => a - b)).toEqual(pages);
  });

  it.skipIf(backend === 'Redis' && redisUrl === undefined)('finds a lost page behind jobs of pages that are through', async () => {
    const installation = `test-${randomUUID()}`;
    const log = createLogger({ level: 'silent', pretty: false });
    const redis = backend === 'Redis' ? redisUrl : undefined;
    await using queue = createPageQueue({ redisUrl: redis, databaseUrl: database.url, installation, onError: () => {} });
    await queue.add([...pages.slice(1), 1_000_001, 1_000_002]);
    expect(await sweep({ db: database.db, queue, log, searchable: true })).toBe(1);
    expect(await queue.holds(pages)).toBe(true);
  });
});
