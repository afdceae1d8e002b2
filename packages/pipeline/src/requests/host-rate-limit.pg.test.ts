import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '@thresher/store/database';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reserveHostRateLimitSlot } from './host-rate-limit-slots.ts';
import { openHostRateLimit } from './host-rate-limit.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
});
afterAll(() => database[Symbol.asyncDispose]());

const { signal } = new AbortController();
const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

describe('a pace that the server tells', () => {
  it('counts requests that were sent before the limit was known', async () => {
    const hostRateLimit = await openHostRateLimit(db, 'told.example', null, false);
    await hostRateLimit.turn(null, signal);
    const turn = await hostRateLimit.turn(null, signal);
    // Both count in the server's moving minute: the next one may come when two would have been due.
    await hostRateLimit.noteReply(turn, { limit: 30, remaining: 28, resetAt: inSeconds(60) });
    const { waitMs } = await reserveHostRateLimitSlot(db, 'told.example', []);
    expect(waitMs).toBeGreaterThan(3_500);
    expect(waitMs).toBeLessThan(4_100);
  });

  it('waits for the reset where others have used up the minute', async () => {
    const hostRateLimit = await openHostRateLimit(db, 'used-up.example', 30, false);
    const turn = await hostRateLimit.turn(null, signal);
    await hostRateLimit.noteReply(turn, { limit: 30, remaining: 0, resetAt: inSeconds(20) });
    expect((await reserveHostRateLimitSlot(db, 'used-up.example', [])).waitMs).toBeGreaterThan(19_000);
  });

  it('goes on at its pace where it used up the minute itself', async () => {
    const hostRateLimit = await openHostRateLimit(db, 'own.example', 30, false);
    const turn = await hostRateLimit.turn(null, signal);
    // The oldest request leaves the minute about when the next one is due; servers round that up to a second.
    await hostRateLimit.noteReply(turn, { limit: 30, remaining: 0, resetAt: inSeconds(2.7) });
    expect((await reserveHostRateLimitSlot(db, 'own.example', [])).waitMs).toBeLessThan(2_100);
  });

  it('is never faster than the user wishes', async () => {
    const hostRateLimit = await openHostRateLimit(db, 'wish.example', 20, true);
    const turn = await hostRateLimit.turn(null, signal);
    await hostRateLimit.noteReply(turn, { limit: 60, remaining: 60, resetAt: inSeconds(60) });
    expect(hostRateLimit.perMinute()).toBe(20);
    await hostRateLimit.noteReply(turn, { limit: 10, remaining: 10, resetAt: inSeconds(60) });
    expect(hostRateLimit.perMinute()).toBe(10);
  });
});

describe('turns', () => {
  it('are spaced for all pacers of a host together', async () => {
    const stored = () =>
      db
        .selectFrom('harvest.host_rate_limit')
        .select(['next_at', 'counted_at'])
        .where('host', '=', 'shared.example')
        .executeTakeFirstOrThrow();
    const hostRateLimits = await Promise.all([
      openHostRateLimit(db, 'shared.example', 1_200, true),
      openHostRateLimit(db, 'shared.example', 1_200, true),
    ]);
    const opened = await stored();
    await Promise.all(Array.from({ length: 21 }, (_, i) => hostRateLimits[i % 2]!.turn(null, signal)));
    const { counted_at } = await stored();
    expect(counted_at).toHaveLength(21);
    // A late request delays only itself: the next one is not sent sooner than its own slot, 50 ms further each.
    for (const [place, at] of counted_at.entries()) expect(at.getTime()).toBeGreaterThanOrEqual(opened.next_at.getTime() + place * 50);
  });

  it('go to the token that dies first', async () => {
    const hostRateLimit = await openHostRateLimit(db, 'urgent.example', 600, true);
    await hostRateLimit.turn(null, signal);
    const order: string[] = [];
    await Promise.all(
      (
        [
          ['none', null],
          ['late', inSeconds(60)],
          ['soon', inSeconds(10)],
        ] as const
      ).map(async ([name, deadline]) => {
        await hostRateLimit.turn(deadline, signal);
        order.push(name);
      }),
    );
    expect(order).toEqual(['soon', 'late', 'none']);
  });

  it('wait through a pause that begins while they wait', async () => {
    const hostRateLimit = await openHostRateLimit(db, 'pause.example', 300, true);
    await hostRateLimit.turn(null, signal);
    const started = Date.now();
    const turn = hostRateLimit.turn(null, signal);
    await sleep(100);
    await hostRateLimit.pause(800);
    await turn;
    expect(Date.now() - started).toBeGreaterThan(850);
  });

  it('end with the signal, and with a host that is blocked', async () => {
    const hostRateLimit = await openHostRateLimit(db, 'blocked.example', 6, true);
    await hostRateLimit.turn(null, signal);
    const stop = new AbortController();
    const turn = hostRateLimit.turn(null, stop.signal);
    stop.abort(new Error('enough'));
    await expect(turn).rejects.toThrow('enough');
    await hostRateLimit.block('it answered 403', null);
    await expect(hostRateLimit.turn(null, signal)).rejects.toThrow('it answered 403');
  });
});
