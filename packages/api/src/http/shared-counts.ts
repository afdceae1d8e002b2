import { Redis } from 'ioredis';

/** The Redis in which the processes of one installation count requests together. */
export interface SharedCounts extends AsyncDisposable {
  readonly redis: Redis;
  /** Prefix of every key, since several installations may share one Redis. */
  readonly prefix: string;
}

interface Settings {
  readonly access: { readonly keys?: unknown; readonly perMinute?: unknown };
  readonly redis: { readonly url?: string | undefined };
  readonly database: { readonly url: string };
}

/**
 * Opens the counts that all processes on one database share. Null if nothing is limited, and without Redis. `onError` is called for
 * each lost connection; without a connection requests are not counted.
 */
export function openSharedCounts({ access, redis: { url }, database }: Settings, onError: (error: Error) => void): SharedCounts | null {
  if (url === undefined || (access.keys === undefined && access.perMinute === undefined)) return null;
  // A request must not wait for an unreachable Redis.
  const redis = new Redis(url, { maxRetriesPerRequest: 0, enableOfflineQueue: false, connectTimeout: 2_000, commandTimeout: 2_000 });
  redis.on('error', onError);
  const { host, pathname } = new URL(database.url);
  return {
    redis,
    prefix: `thresher:limit:${host}${pathname}:`,
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
}
