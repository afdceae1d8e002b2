import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import { isOurs, stopProcess, type StopSteps } from './process.ts';

export type ServerName = 'postgres' | 'redis' | 'elasticsearch';

/** The environment variable that says where each server is. */
export const URL_VARIABLE = { postgres: 'DATABASE_URL', redis: 'REDIS_URL', elasticsearch: 'ELASTICSEARCH_URL' } as const satisfies Record<
  ServerName,
  string
>;

/** A running server. `stop` ends it, or does nothing when it is not ours to stop. */
export interface Server {
  readonly name: ServerName;
  readonly url: string;
  /** Further variables that go with it. */
  readonly more?: Readonly<Record<string, string>>;
  /** For people: where it came from. */
  readonly how: string;
  readonly stop: () => Promise<void>;
  /** Its process while it runs; left out if it is not a process of this machine. */
  readonly pid?: () => number | undefined;
}

/** What people know the servers by. */
export const SERVER_LABEL = { postgres: 'PostgreSQL', redis: 'Redis', elasticsearch: 'Elasticsearch' } as const satisfies Record<
  ServerName,
  string
>;

/** Which signal ends a server that does not stop, whatever it is at: its next start repairs its data. */
const LAST_SIGNAL = { postgres: 'QUIT', redis: 'KILL', elasticsearch: 'KILL' } as const satisfies Record<ServerName, string>;

/** Says that a server was left running, and how to stop it. */
export const leftRunning = (name: ServerName, pid: number): string =>
  `${SERVER_LABEL[name]} still runs as process ${pid}: kill ${pid} asks it to stop, kill -${LAST_SIGNAL[name]} ${pid} ends it at once`;

/** A server did not stop. The message says how to end it. */
export class StillRunningError extends Error {
  override readonly name = 'StillRunningError';
}

/** Signals a server until it ends. Throws a StillRunningError if it does not. */
export async function stopServer(name: ServerName, pid: number | undefined, marker: string, steps: StopSteps): Promise<void> {
  if (pid !== undefined && !(await stopProcess(pid, marker, steps))) throw new StillRunningError(leftRunning(name, pid));
}

/** A server that could not be had, with one sentence that says why and the command that mends it. */
export interface Missing {
  readonly name: ServerName;
  readonly missing: string;
}

/** A node of a cluster of Elasticsearch on this machine. Its nodes speak TLS with each other and with clients, all with one certificate. */
export interface ClusterNode {
  readonly name: string;
  /** Ports at which the nodes reach each other: the one of this node, and all of them. */
  readonly transportPort: number;
  readonly transportPorts: readonly number[];
  /** Names of all nodes, for the first start of the cluster. */
  readonly nodes: readonly string[];
  /** PEM, of an authority that signed itself. */
  readonly certificate: { readonly key: string; readonly cert: string };
  readonly password: string;
}

/** What the starting of a server needs. `log` is for people. */
export interface StartDeps {
  readonly account: Account;
  /** Folder for downloads that several checkouts share. */
  readonly cache: string;
  /** What a PostgreSQL is started with next to its usual settings, or instead of them. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
  /** Makes the Elasticsearch of this home a node of a cluster instead of a server by itself. */
  readonly clusterNode?: ClusterNode;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The process id in a pid file, when that process is alive and carries `marker`. */
export function livingPid(pidFile: string, marker: string): number | undefined {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  return pid > 0 && isOurs(pid, marker) ? pid : undefined;
}

/** Polls until the server answers. Throws when its process is gone, the time is over, or `signal` aborts. */
export async function untilReady(
  answers: () => Promise<boolean>,
  alive: () => boolean,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; !(await answers()); await sleep(50, undefined, { signal })) {
    if (!alive()) throw new Error('ended while starting');
    if (Date.now() > deadline) throw new Error(`did not answer within ${timeoutMs / 1000} s`);
  }
  // A server that answered at once was interrupted, too: nobody is left to stop it.
  signal.throwIfAborted();
}
