import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@thresher/runtime';
import { type Db, holdHarvesterLock } from '@thresher/store';

export interface Identity extends AsyncDisposable {
  readonly owner: number;
}

const connect = (db: Db) => db.pool.connect();
type Session = Awaited<ReturnType<typeof connect>>;

const againAfterMs = 500;

/**
 * A number of its own for this harvester, locked in a database session of its own: whoever sees the lock gone knows that
 * the harvester is dead and may take its windows. A session that is lost is replaced by another under the same number.
 */
export async function takeIdentity(db: Db, log: Logger): Promise<Identity> {
  const owner = randomInt(1, 2 ** 31 - 1);
  const closed = new AbortController();
  let session: Session | null = null;

  async function hold(): Promise<void> {
    const next = await openSession(db, owner);
    if (closed.signal.aborted) return next.release(true);
    session = next;
    next.once('error', (error) => {
      session = null;
      next.release(true);
      log.warn({ err: error }, 'the session that keeps the leases was lost; opening another');
      void holdAgain();
    });
  }

  async function holdAgain(): Promise<void> {
    while (session === null && !closed.signal.aborted) {
      try {
        await hold();
      } catch (error) {
        log.warn({ err: error }, 'no session for the leases yet');
        await sleep(againAfterMs, undefined, { signal: closed.signal }).catch(() => {});
      }
    }
  }

  await hold();
  return {
    owner,
    [Symbol.asyncDispose]: async () => {
      closed.abort();
      session?.release(true);
    },
  };
}

/** Throws where the database is away, or the number is held (by the session that was lost, until the server notices). */
async function openSession(db: Db, owner: number): Promise<Session> {
  const session = await connect(db);
  try {
    if (await holdHarvesterLock(session, owner)) return session;
    throw new Error(`number ${owner} is held by another session`);
  } catch (error) {
    session.release(true);
    throw error;
  }
}
