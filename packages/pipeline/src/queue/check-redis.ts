import { certificateFault } from '@thresher/runtime';
import { Redis } from 'ioredis';

/** Redis refuses this user. The message says what to set. */
export class RedisRefusedError extends Error {
  override readonly name = 'RedisRefusedError';
}

const form = ':PASSWORD@HOST:6379 or USER:PASSWORD@HOST:6379 after redis://';

/** The error for a refusal of Redis; null for any other error. */
export function refusalOf(message: string): string | null {
  if (/NOAUTH|Authentication required/i.test(message)) return `Redis asks for a password: put it into REDIS_URL, as ${form}`;
  if (/WRONGPASS|invalid password|invalid username/i.test(message))
    return `Redis refuses the user or the password in REDIS_URL: correct it, as ${form}`;
  if (/NOPERM/.test(message)) return `Redis permits the user of REDIS_URL too little: ${message}`;
  return null;
}

/**
 * Checks that Redis accepts this user, because BullMQ would retry forever. An unavailable Redis is no error, since it may come back.
 *
 * @throws RedisRefusedError
 */
export async function checkRedis(url: string): Promise<void> {
  const errors: Error[] = [];
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
  });
  redis.on('error', (error) => errors.push(error));
  try {
    await redis.connect();
    // BullMQ needs at least this permission.
    await redis.exists('thresher');
  } catch (error) {
    errors.push(error as Error);
  } finally {
    redis.disconnect();
  }
  for (const error of errors) {
    const certificate = certificateFault(error);
    const refusal = refusalOf(error.message) ?? (certificate === null ? null : `Redis: ${certificate}`);
    if (refusal !== null) throw new RedisRefusedError(refusal, { cause: error });
  }
}
