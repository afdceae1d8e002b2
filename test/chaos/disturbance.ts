/** What may happen to a run. `heavy` kinds take longer than a run should, and come less often. */
export const DISTURBANCES = {
  'process-kill': { text: 'kill -9 of a worker or the command, started again', needs: 'worker' },
  'process-end': { text: 'SIGTERM to a worker or the command, started again', needs: 'worker' },
  'process-stop': { text: 'SIGSTOP for 2 s', needs: 'worker' },
  'process-stop-long': { text: 'SIGSTOP for longer than the lock of a job (12 s)', needs: 'worker', heavy: true },
  'process-stop-lease': { text: 'SIGSTOP, its PostgreSQL sessions end, continued once others went on', needs: 'worker' },
  'api-kill': { text: 'kill -9 of the API, started again', needs: 'worker' },
  'network-cut': { text: 'all connections of a process are reset', needs: 'worker' },
  'network-half-open': {
    text: 'the connections of a process to one server fall silent forever; new ones work',
    needs: 'worker',
    heavy: true,
  },
  'network-freeze': { text: 'all packets of a process are dropped for 3 s', needs: 'worker', heavy: true },
  'postgres-sessions': { text: 'every session of the database is terminated', needs: 'worker' },
  'postgres-restart': { text: 'PostgreSQL is stopped (fast) and started', needs: 'worker' },
  'postgres-kill': { text: 'kill -9 of PostgreSQL, started again', needs: 'worker' },
  'postgres-freeze': { text: 'SIGSTOP of all of PostgreSQL for 3 s', needs: 'worker' },
  'postgres-full': { text: "PostgreSQL's disk is full for 2 s", needs: 'disk' },
  'redis-flush': { text: 'Redis is emptied', needs: 'redis' },
  'redis-lose-key': { text: 'Redis loses one key of the queue', needs: 'redis' },
  'redis-lose-list': { text: 'Redis loses the list of waiting jobs', needs: 'redis' },
  'redis-memory': { text: 'Redis is out of memory for 2 s', needs: 'redis' },
  'redis-evict': { text: 'Redis evicts keys for 1 s', needs: 'redis' },
  'redis-kill': { text: 'kill -9 of Redis, started again', needs: 'redis' },
  'redis-freeze': { text: 'SIGSTOP of Redis for 3 s', needs: 'redis' },
  'search-read-only': { text: "the index is read-only for 3 s, as at the disk's flood stage", needs: 'worker' },
  'search-close': { text: 'the index is closed for 2 s', needs: 'worker' },
  'search-delete': { text: 'the index is deleted, and a second later a person gives thresher reindex', needs: 'worker' },
  'search-freeze': { text: 'SIGSTOP of Elasticsearch for 3 s', needs: 'worker' },
  'search-restart': { text: 'kill -9 of Elasticsearch, started again', needs: 'worker', heavy: true },
} as const satisfies Record<string, { text: string; needs: 'worker' | 'redis' | 'disk'; heavy?: boolean }>;

export type DisturbanceKind = keyof typeof DISTURBANCES;

export const DISTURBANCE_KINDS = Object.keys(DISTURBANCES) as readonly DisturbanceKind[];

/** What is counted to decide when a disturbance begins, from the beginning of its step. */
export const FACTS = {
  requests: 'requests to the repository',
  pages: 'pages committed',
  records: 'records stored',
  done: 'pages done',
} as const;

export type FactName = keyof typeof FACTS;

/** A disturbance, and after how much of what it begins. */
export interface Disturbance {
  readonly kind: DisturbanceKind;
  readonly fact: FactName;
  readonly count: number;
  /** Decides which process, server or key, among those that are there then. */
  readonly choice: number;
}

export const isHeavy = (kind: DisturbanceKind): boolean => 'heavy' in DISTURBANCES[kind];
export const describeDisturbance = ({ kind, fact, count }: Disturbance): string => `${kind}@${fact}${count}`;
