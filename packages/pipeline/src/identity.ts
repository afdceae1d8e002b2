import { randomInt } from 'node:crypto';
import type { Logger } from '@thresher/runtime';
import { type Db, holdHarvesterLock } from '@thresher/store';

export interface Identity extends AsyncDisposable {
  readonly owner: number;
}

/**
 * A number of its own for this harvester, locked in a database session of its own: whoever sees the lock gone knows that
 * the harvester is dead and may take its windows.
 */
export async function takeIdentity(db: Db, log: Logger): Promise<Identity> {
  const client = await db.pool.connect();
  client.on('error', (error) => log.error({ err: error }, 'the session that keeps the leases was lost'));
  for (;;) {
    const owner = randomInt(1, 2 ** 31 - 1);
    if (await holdHarvesterLock(client, owner)) return { owner, [Symbol.asyncDispose]: async () => client.release(true) };
  }
}
