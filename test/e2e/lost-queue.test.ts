import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createOaiClient } from '@thresher/oai';
import { createPageQueue, resolveSource, runHarvest } from '@thresher/pipeline';
import { countPendingPages, installationId } from '@thresher/store/harvest';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { everything, log, openHarness, simulate, createWholeDatabase } from '../harness.ts';

const redisUrl = process.env['REDIS_URL'];
const size = 1_500;

/** All at once, as `flushall` does: a job that came in between would be left without the list it is in. */
const EMPTY = `local keys = redis.call('keys', ARGV[1])
  for _, key in ipairs(keys) do redis.call('del', key) end
  return #keys`;

describe('what the queue loses comes back', { timeout: 120_000 }, () => {
  it.skipIf(redisUrl === undefined)('Redis is emptied half-way', async () => {
    const installation = `test-${randomUUID()}`;
    await using harness = await openHarness({ redisUrl: redisUrl ?? '', installation });
    await using sim = await simulate({ seed: 5, size });
    const redis = new Redis(redisUrl ?? '');
    let emptied = 0;
    const result = await harness.harvest(sim.url, {}, async (progress) => {
      if (progress.pendingPages === 0 || emptied > 0) return;
      emptied = Number(await redis.eval(EMPTY, 0, `*${installation}*`));
    });
    redis.disconnect();
    expect(emptied).toBeGreaterThan(0);
    expect(result.state).toBe('complete');
    expect(result.totals).toMatchObject({ declared: size, distinctReceived: size, stored: size, indexed: size });
  });

  it('the transformer is killed with -9 half-way, and started again', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL'] ?? '');
    const { db } = database;
    await using sim = await simulate({ seed: 6, size });
    await using queue = createPageQueue({
      redisUrl: undefined,
      databaseUrl: database.url,
      installation: await installationId(db),
      onError: (error) => log.warn({ err: error }),
    });
    await using client = createOaiClient({ baseURL: sim.url, userAgent: 'test' });
    const source = await resolveSource(db, sim.url, undefined);
    const env = { ...process.env, DATABASE_URL: database.url, REDIS_URL: '', ELASTICSEARCH_URL: '' };
    const start = (): ChildProcess =>
      spawn(process.execPath, [join(import.meta.dirname, '../../packages/pipeline/bin/transformer.ts')], { env, stdio: 'ignore' });
    let transformer = start();
    let killed = false;
    const watch = async (): Promise<void> => {
      const pages = await db
        .selectFrom('harvest.page')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('state', '<>', 'fetched')
        .executeTakeFirstOrThrow();
      if (killed || Number(pages.n) < 5 || (await countPendingPages(db, false)).count < 5) return;
      killed = true;
      transformer.kill('SIGKILL');
      await once(transformer, 'exit');
      transformer = start();
    };
    try {
      const result = await runHarvest(
        { db, client, queue, search: null, log },
        source,
        everything,
        () => void watch(),
        new AbortController().signal,
      );
      expect(killed).toBe(true);
      expect(result.state).toBe('complete');
      expect(result.totals).toMatchObject({ declared: size, distinctReceived: size, stored: size, indexed: null });
    } finally {
      transformer.kill('SIGTERM');
      await once(transformer, 'exit');
    }
  });
});
