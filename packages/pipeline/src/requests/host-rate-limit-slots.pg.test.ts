import { randomInt } from 'node:crypto';
import type { Db } from '@thresher/store/database';
import { blockHost, readRateLimit, openRateLimit, pauseHost } from '@thresher/store/harvest';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reserveHostRateLimitSlot } from './host-rate-limit-slots.ts';
import { openHostRateLimit } from './host-rate-limit.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
});
afterAll(() => database[Symbol.asyncDispose]());

describe('the rate limit of a host', () => {
  const host = (): string => `host-${randomInt(1e12)}`;
  const taken = async (name: string, tries: number): Promise<number> => {
    const slots = await Promise.all(Array.from({ length: tries }, () => reserveHostRateLimitSlot(db, name, [])));
    return slots.filter((slot) => slot.waitMs === 0).length;
  };
  /** As if so much time had passed. */
  const pass = (name: string, seconds: number) =>
    db.pool.query(
      `update harvest.host_rate_limit set next_at = next_at - $2 * interval '1 second',
         counted_at = array(select at - $2 * interval '1 second' from unnest(counted_at) at order by at) where host = $1`,
      [name, seconds],
    );

  test('of many that ask at once one may send', async () => {
    const name = host();
    await openRateLimit(db, name, 6);
    expect(await taken(name, 20)).toBe(1);
    expect(await taken(name, 20)).toBe(0);
    const slot = await reserveHostRateLimitSlot(db, name, []);
    expect(slot.waitMs).toBeGreaterThan(1_000);
    expect(slot.waitMs).toBeLessThanOrEqual(10_100);
  });

  test('without a limit all may send, and nothing is written', async () => {
    const name = host();
    await openRateLimit(db, name, null);
    const version = async () =>
      (await db.pool.query('select xmin::text, ctid::text from harvest.host_rate_limit where host = $1', [name])).rows as object[];
    const before = await version();
    const hostRateLimit = await openHostRateLimit(db, name, null, false);
    const opened = await version();
    expect(opened).not.toEqual(before);
    const { signal } = new AbortController();
    for (let i = 0; i < 50; i++) await hostRateLimit.noteReply(await hostRateLimit.turn(null, signal), null);
    expect(await version()).toEqual(opened);
    expect(await taken(name, 10)).toBe(10);
  });

  test('the limit that one process learns of holds for another that knew of none', async () => {
    const name = host();
    const hostRateLimits = await Promise.all([openHostRateLimit(db, name, null, false), openHostRateLimit(db, name, null, false)]);
    const { signal } = new AbortController();
    await hostRateLimits[1].turn(null, signal);
    await hostRateLimits[0].noteReply(await hostRateLimits[0].turn(null, signal), { limit: 60, remaining: 59, resetAt: null });
    // It looks twice a second; until then it goes on as before.
    const deadline = AbortSignal.timeout(5_000);
    while (hostRateLimits[1].perMinute() === null) await hostRateLimits[1].turn(null, deadline);
    expect(hostRateLimits[1].perMinute()).toBe(60);
  });

  test('a pause of thirty years is one of a day', async () => {
    for (const perMinute of [null, 6]) {
      const name = host();
      const hostRateLimit = await openHostRateLimit(db, name, perMinute, false);
      await hostRateLimit.pause(999_999_999_000);
      expect((await readRateLimit(db, name)).waitMs).toBeLessThanOrEqual(86_400_000);
      expect((await reserveHostRateLimitSlot(db, name, [])).waitMs).toBeLessThanOrEqual(86_400_000);
    }
  });

  test('what an older version stored is brought into bounds when it is read', async () => {
    for (const perMinute of [null, 6]) {
      const name = host();
      await openRateLimit(db, name, perMinute);
      await db.pool.query(
        `update harvest.host_rate_limit set next_at = '2061-01-01', counted_at = array['2061-01-01'::timestamptz],
           per_minute = case when per_minute is null then null else 'NaN'::float8 end where host = $1`,
        [name],
      );
      expect((await readRateLimit(db, name)).waitMs).toBeLessThanOrEqual(86_400_000);
      const first = await openRateLimit(db, name, null);
      expect(first.perMinute).toBeNull();
      await pass(name, 86_401);
      expect(await taken(name, 1)).toBe(1);
    }
  });

  test('a limit of two hundred million requests costs no more room than any other', async () => {
    const name = host();
    const hostRateLimit = await openHostRateLimit(db, name, null, false);
    const { signal } = new AbortController();
    await hostRateLimit.noteReply(await hostRateLimit.turn(null, signal), { limit: 200_000_000, remaining: 0, resetAt: new Date(NaN) });
    expect(hostRateLimit.perMinute()).toBe(60_000);
    const { rows } = await db.pool.query<{ n: number }>(
      'select cardinality(counted_at) as n from harvest.host_rate_limit where host = $1',
      [name],
    );
    expect(rows[0]!.n).toBeLessThanOrEqual(600);
  });

  test('a pause holds for all', async () => {
    const name = host();
    await openRateLimit(db, name, 6);
    await pauseHost(db, name, 5_000);
    expect(await taken(name, 5)).toBe(0);
    await pass(name, 6);
    expect(await taken(name, 5)).toBe(1);
  });

  /** Minutes from now until the block ends, by the clock of the database; null if there is none. */
  const blockedFor = async (name: string): Promise<number | null> => {
    const { block } = await readRateLimit(db, name);
    const { rows } = await db.pool.query<{ now: Date }>('select clock_timestamp() as now');
    return block === null ? null : Math.round((block.until.getTime() - rows[0]!.now.getTime()) / 60_000);
  };
  /** As if the block had ended this many minutes ago. */
  const endBlock = (name: string, minutesAgo: number) =>
    db.pool.query(`update harvest.host_rate_limit set blocked_until = clock_timestamp() - $2 * interval '1 minute' where host = $1`, [
      name,
      minutesAgo,
    ]);

  test('a block holds for all processes, restarted ones too, longer each time, until a person lifts it', async () => {
    const name = host();
    await openRateLimit(db, name, 6);
    const minutes: (number | null)[] = [];
    for (let n = 0; n < 5; n++) {
      await blockHost(db, name, 'HTTP 403', null);
      // Another process that was refused at the same time.
      await blockHost(db, name, 'HTTP 403', null);
      minutes.push(await blockedFor(name));
      expect((await openRateLimit(db, name, null)).block).toMatchObject({ reason: 'HTTP 403' });
      expect((await reserveHostRateLimitSlot(db, name, [])).block).toMatchObject({ reason: 'HTTP 403' });
      await endBlock(name, 5);
      expect((await reserveHostRateLimitSlot(db, name, [])).block).toBeNull();
    }
    expect(minutes).toEqual([15, 60, 360, 1_440, 1_440]);
    await endBlock(name, 3 * 1_440);
    await blockHost(db, name, 'HTTP 403', null);
    expect(await blockedFor(name)).toBe(15);
    expect((await openRateLimit(db, name, null, true)).block).toBeNull();
    await blockHost(db, name, 'HTTP 403', null);
    expect(await blockedFor(name)).toBe(60);
  });

  test('a block is as long as the host asks for, and a day at most', async () => {
    const name = host();
    await openRateLimit(db, name, 6);
    await blockHost(db, name, 'HTTP 403', 3_600_000);
    expect(await blockedFor(name)).toBe(60);
    await blockHost(db, name, 'HTTP 403', 999_999_999_000);
    expect(await blockedFor(name)).toBe(1_440);
  });
});
