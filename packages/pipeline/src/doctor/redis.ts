import { Redis } from 'ioredis';
import { advice, fault, type Finding, gigabytes, good } from './finding.ts';

/** Findings from the INFO of Redis. Pure. */
export function assessRedis(info: Readonly<Record<string, string>>): Finding[] {
  const about = 'redis';
  const version = info['redis_version'] ?? '0';
  const found: Finding[] = [];
  if (Number.parseInt(version, 10) < 7) found.push(fault(about, `Redis ${version} is too old: 7 or later is needed`));
  if (info['maxmemory_policy'] !== 'noeviction')
    found.push(
      fault(about, `maxmemory-policy is ${info['maxmemory_policy']}, so that Redis drops jobs when its memory is full: set noeviction`),
    );
  const [used, most] = [Number(info['used_memory']), Number(info['maxmemory'])];
  if (most > 0 && used > most * 0.8)
    found.push(fault(about, `${gigabytes(used)} of maxmemory ${gigabytes(most)} are used: raise maxmemory`));
  if (info['aof_enabled'] !== '1')
    found.push(
      advice(about, 'appendonly is off: a restart empties the queue, and the next sweep fills it again; set appendonly yes to avoid that'),
    );
  if (info['aof_enabled'] === '1' && info['aof_last_write_status'] !== 'ok')
    found.push(fault(about, 'Redis cannot write its file: look at its disk and its log'));
  return found.length > 0 ? found : [good(about, `Redis ${version}`)];
}

/** The fields of INFO. Throws what the connection does. */
export async function readRedis(url: string): Promise<Readonly<Record<string, string>>> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return fieldsOf(await redis.info());
  } finally {
    redis.disconnect();
  }
}

/** `name:value` lines of INFO. */
const fieldsOf = (info: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...info.matchAll(/^(\w+):([^\r\n]*)/gm)].map(([, name = '', value = '']) => [name, value] as const));
