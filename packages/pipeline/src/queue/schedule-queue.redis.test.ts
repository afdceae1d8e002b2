import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScheduleQueue, type ScheduleQueue } from './schedule-queue.ts';
import type { Scheduler, Tick } from '../sources/schedule.ts';

/** Both backends keep the same promises. */
const redisUrl = process.env['REDIS_URL'];
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL'] ?? '');
});
afterAll(() => database[Symbol.asyncDispose]());

const open = (url: string | undefined, installation = `test-${randomUUID()}`): ScheduleQueue =>
  createScheduleQueue({ redisUrl: url, databaseUrl: database.url, installation, onError: () => {}, retryMs: 500 });

const scheduler = (sourceId: number, cron: string, timeZone = 'UTC'): Scheduler => ({
  id: `source-${sourceId}-full`,
  sourceId,
  kind: 'full',
  cron,
  timeZone,
});

for (const [backend, url] of [
  ['PostgreSQL', undefined],
  ['Redis', redisUrl],
] as const)
  describe.skipIf(backend === 'Redis' && redisUrl === undefined)(
    `the schedules on ${backend}${backend === 'Redis' && redisUrl === undefined ? ' (no REDIS_URL)' : ''}`,
    () => {
      it('keeps what it is given, in its time zone, and drops the rest', async () => {
        await using queue = open(url);
        const [one, two] = [scheduler(1, '0 3 1 1 *', 'Europe/Zurich'), scheduler(2, '0 3 1 1 *', 'Asia/Tokyo')];
        expect(await queue.keep([one, two])).toEqual([one, two]);
        const year = new Date().getUTCFullYear() + 1;
        expect((await queue.kept()).toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
          { id: one.id, cron: one.cron, timeZone: 'Europe/Zurich', nextAt: new Date(`${year}-01-01T02:00:00Z`) },
          { id: two.id, cron: two.cron, timeZone: 'Asia/Tokyo', nextAt: new Date(`${year - 1}-12-31T18:00:00Z`) },
        ]);
        expect(await queue.keep([{ ...two, cron: '0 4 1 1 *' }])).toHaveLength(1);
        expect(await queue.kept()).toMatchObject([{ id: two.id, cron: '0 4 1 1 *' }]);
      });

      it('a tick that was missed comes once, and keeping the same schedules does not drop it', async () => {
        const installation = `test-${randomUUID()}`;
        // Once a day, three seconds from now.
        const due = new Date(Date.now() + 3_000);
        const daily = scheduler(7, `${due.getUTCSeconds()} ${due.getUTCMinutes()} ${due.getUTCHours()} * * *`);
        {
          await using queue = open(url, installation);
          await queue.keep([daily]);
        }
        await new Promise((resolve) => setTimeout(resolve, 4_500));
        await using queue = open(url, installation);
        expect(await queue.keep([daily])).toEqual([]);
        const ticks: Tick[] = [];
        const { promise, resolve } = Promise.withResolvers<void>();
        await using _ = queue.work(async (tick) => {
          ticks.push(tick);
          resolve();
        });
        await promise;
        await new Promise((done) => setTimeout(done, 1_000));
        expect(ticks).toEqual([{ sourceId: 7, kind: 'full' }]);
      });

      it('ticks at once if requested, and again if handling failed', async () => {
        await using queue = open(url);
        const seen: Tick[] = [];
        const { promise, resolve } = Promise.withResolvers<void>();
        await using _ = queue.work(async (tick) => {
          seen.push(tick);
          if (seen.length === 1) throw new Error('the network was down');
          resolve();
        });
        await queue.tick({ sourceId: 3, kind: 'incremental' });
        await promise;
        expect(seen).toEqual([
          { sourceId: 3, kind: 'incremental' },
          { sourceId: 3, kind: 'incremental' },
        ]);
      });
    },
  );
