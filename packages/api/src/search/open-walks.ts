import { ApiProblem } from '../problems/problem.ts';

/** A walk through everything that a search finds, which holds a state of the index in Elasticsearch open. */
export interface Walk {
  /** A page was read: `next` is the cursor of the next one, null after the last. */
  pause(next: string | null): void;
  /** No client continues it: its state in Elasticsearch is closed, if it has one. */
  end(): Promise<void>;
}

export interface OpenWalks {
  /** Makes room for a walk of a client. Throws an `ApiProblem` (429) if there is none. `now` is milliseconds since 1970. */
  begin(client: string, now: number): Walk;
  /** The walk that a cursor continues; null if another process began it, or if it was closed. */
  resume(cursor: string, now: number): Walk | null;
  /** Number of open walks. */
  readonly size: number;
}

export interface WalkLimits {
  readonly perClient: number;
  readonly inAll: number;
  /** A walk that waits for its client that long is closed if there is no room for another. */
  readonly idleMs: number;
  /** Elasticsearch closes it by itself after that time. */
  readonly expiryMs: number;
}

/** Each holds segments of the index on disk and some memory; Elasticsearch's own limit is a few hundred. */
const LIMITS: WalkLimits = { perClient: 20, inAll: 200, idleMs: 30_000, expiryMs: 300_000 };

interface Cursors {
  /** What stays the same in all cursors of a walk; null for what is no cursor. */
  readonly keyOf: (cursor: string) => string | null;
  readonly close: (cursor: string) => Promise<void>;
}

interface OpenWalk {
  readonly client: string;
  /** Null while a page is read. */
  cursor: string | null;
  usedAt: number;
}

/** Counts the open walks of this process. */
export function createOpenWalks({ keyOf, close }: Cursors, limits = LIMITS): OpenWalks {
  /** Ordered by last use. */
  const open = new Set<OpenWalk>();
  const byKey = new Map<string, OpenWalk>();

  const forget = (walk: OpenWalk): void => {
    open.delete(walk);
    if (walk.cursor !== null) byKey.delete(keyOf(walk.cursor) ?? '');
  };
  const end = async (walk: OpenWalk): Promise<void> => {
    const { cursor } = walk;
    forget(walk);
    if (cursor !== null) await close(cursor);
  };
  const makeRoom = (walks: readonly OpenWalk[], most: number, whose: string, now: number): void => {
    if (walks.length < most) return;
    const idle = walks.find(({ cursor, usedAt }) => cursor !== null && now - usedAt >= limits.idleMs);
    if (idle === undefined)
      throw new ApiProblem(
        429,
        'too-many-requests',
        `${whose} ${most} walks by cursor or exports open: finish one, or go on in half a minute`,
      );
    void end(idle);
  };
  const toWalk = (walk: OpenWalk, now: () => number): Walk => ({
    pause(next) {
      if (next === null) return forget(walk);
      if (!open.has(walk)) return;
      Object.assign(walk, { cursor: next, usedAt: now() });
      byKey.set(keyOf(next) ?? '', walk);
    },
    end: () => end(walk),
  });

  return {
    begin(client, now) {
      for (const walk of open) if (walk.cursor !== null && now - walk.usedAt >= limits.expiryMs) forget(walk);
      makeRoom(
        [...open].filter((walk) => walk.client === client),
        limits.perClient,
        'this client has',
        now,
      );
      makeRoom([...open], limits.inAll, 'there are', now);
      const walk: OpenWalk = { client, cursor: null, usedAt: now };
      open.add(walk);
      return toWalk(walk, () => now);
    },
    resume(cursor, now) {
      const key = keyOf(cursor);
      const walk = key === null ? undefined : byKey.get(key);
      if (walk === undefined) return null;
      // It moves behind those that were used before.
      forget(walk);
      open.add(Object.assign(walk, { cursor: null, usedAt: now }));
      return toWalk(walk, () => now);
    },
    get size() {
      return open.size;
    },
  };
}
