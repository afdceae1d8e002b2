import { createLogger } from '@thresher/runtime';
import { createTestDatabase } from '@thresher/store/testing';
import { describe, expect, it } from 'vitest';
import { openResources, type Resources } from './resources.ts';

const { DATABASE_URL, REDIS_URL } = process.env;
const log = createLogger({ level: 'silent', pretty: false });

async function openInstallation(stack: AsyncDisposableStack): Promise<Resources> {
  const { url } = stack.use(await createTestDatabase(DATABASE_URL));
  return stack.use(openResources({ DATABASE_URL: url, REDIS_URL }, log));
}

describe.skipIf(REDIS_URL === undefined)(`two databases on one Redis${REDIS_URL === undefined ? ' (no REDIS_URL)' : ''}`, () => {
  it('have their own queues', async () => {
    await using stack = new AsyncDisposableStack();
    const [one, other] = [await openInstallation(stack), await openInstallation(stack)];
    await (await other.queue()).add([1, 2, 3]);
    await (await one.queue()).add([9]);
    const seen: number[] = [];
    const { promise: handled, resolve } = Promise.withResolvers<void>();
    await using _ = (await one.queue()).work(async (pageId) => {
      seen.push(pageId);
      if (pageId === 9) resolve();
    }, 1);
    await handled;
    expect(seen).toEqual([9]);
    expect(await (await other.queue()).count()).toBe(3);
  });

  it('have their own clocks', async () => {
    await using stack = new AsyncDisposableStack();
    const [one, other] = [await openInstallation(stack), await openInstallation(stack)];
    await (await one.schedules()).keep([{ id: 'source-1-full', cron: '0 3 1 1 *', timeZone: 'UTC', sourceId: 1, kind: 'full' }]);
    expect(await (await other.schedules()).kept()).toEqual([]);
    expect(await (await other.schedules()).keep([])).toEqual([]);
    expect(await (await one.schedules()).kept()).toHaveLength(1);
    await (await one.schedules()).keep([]);
  });
});
