import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createReport, type Logger } from '@thresher/runtime';
import { type Db, SilentServerError } from '@thresher/store/database';
import { endIfSilent, holdHarvesterLock, pingSession } from '@thresher/store/harvest';

export interface LeaseSession extends AsyncDisposable {
  readonly owner: number;
}

const connect = (db: Db) => db.pool.connect();
type Session = Awaited<ReturnType<typeof connect>>;

const againAfterMs = 500;

/**
 * How a session is known to be alive, on both sides, in milliseconds. PostgreSQL itself ends it, and with it the lock, when it was not
 * asked for so long: a host that vanished, a firewall that dropped the flow and a process that is stopped all look like that, whatever
 * proxy is in between.
 */
export interface Heartbeat {
  readonly everyMs: number;
  /** Without an answer for so long the session is given up. */
  readonly answerMs: number;
  readonly sessionMs: number;
}

const usualHeartbeat: Heartbeat = { everyMs: 10_000, answerMs: 20_000, sessionMs: 60_000 };

/**
 * A number for this harvester alone, locked in a separate database session: a process that sees the lock gone knows that
 * the harvester is dead and may take its windows. A session that is lost is replaced by another under the same number.
 */
export async function openLeaseSession(db: Db, log: Logger, heartbeat: Heartbeat = usualHeartbeat): Promise<LeaseSession> {
  const owner = randomInt(1, 2 ** 31 - 1);
  const report = createReport(log);
  const closed = new AbortController();
  let session: Session | null = null;

  async function hold(): Promise<void> {
    const next = await openSession(db, owner, heartbeat);
    if (closed.signal.aborted) return next.release(true);
    session = next;
    const stop = beat(next, heartbeat);
    next.once('error', (error) => {
      stop();
      if (session !== next) return;
      session = null;
      next.release(true);
      report(error, 'the session that keeps the leases was lost; opening another');
      void holdAgain();
    });
    closed.signal.addEventListener('abort', stop, { once: true });
  }

  async function holdAgain(): Promise<void> {
    while (session === null && !closed.signal.aborted) {
      try {
        await hold();
      } catch (error) {
        report(error, 'no session for the leases yet');
        await sleep(againAfterMs, undefined, { signal: closed.signal }).catch(() => {});
      }
    }
  }

  await hold();
  return {
    owner,
    [Symbol.asyncDispose]: async () => {
      closed.abort();
      const last = session;
      // Until its socket is closed the server may still end the session, which is an error event of a session that was left already.
      session = null;
      last?.release(true);
    },
  };
}

/** Throws where the database is away, or the number is held (by the session that was lost, until the server notices). */
async function openSession(db: Db, owner: number, { sessionMs }: Heartbeat): Promise<Session> {
  const session = await connect(db);
  try {
    await endIfSilent(session, sessionMs);
    if (await holdHarvesterLock(session, owner)) return session;
    throw new Error(`number ${owner} is held by another session`);
  } catch (error) {
    session.release(true);
    throw error;
  }
}

/** Pings the session again and again. A session that does not answer fails with an error. Returns the function that stops the pings. */
function beat(session: Session, { everyMs, answerMs }: Heartbeat): () => void {
  let asking = false;
  let answeredAt = performance.now();
  const ask = async (): Promise<void> => {
    if (performance.now() - answeredAt > answerMs) session.emit('error', new SilentServerError(performance.now() - answeredAt));
    if (asking) return;
    asking = true;
    // A lost session is an error event, too.
    await pingSession(session).then(
      () => (answeredAt = performance.now()),
      () => {},
    );
    asking = false;
  };
  const beating = setInterval(() => void ask(), everyMs);
  return () => clearInterval(beating);
}
