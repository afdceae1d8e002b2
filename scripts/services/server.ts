import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import { isOurs } from './process.ts';

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
}

/** A server that could not be had, with one sentence that says why and the command that mends it. */
export interface Missing {
  readonly name: ServerName;
  readonly missing: string;
}

/** What the starting of a server needs. `log` is for people. */
export interface StartDeps {
  readonly account: Account;
  /** Folder for downloads that several checkouts share. */
  readonly cache: string;
  /** What a PostgreSQL is started with next to its usual settings, or instead of them. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
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
