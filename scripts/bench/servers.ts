import type { SearchClient } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import { Redis } from 'ioredis';
import { isProgram, parentOf, type Program } from './processes.ts';

/** The first processes of the servers, as they report them themselves; those that run elsewhere or in containers are left out. */
export async function serverPrograms(db: Db, client: SearchClient, redisUrl: string | undefined): Promise<Program[]> {
  const found = [
    { name: 'PostgreSQL', command: /^postgres$/, pid: await postmaster(db) },
    { name: 'Elasticsearch', command: /^java$/, pid: await elasticsearchPid(client) },
    // Debian's goes by the name of one of its other uses.
    ...(redisUrl === undefined ? [] : [{ name: 'Redis', command: /^(redis|valkey)-/, pid: await redisPid(redisUrl) }]),
  ];
  return found.filter(({ pid, command }) => isProgram(pid, command));
}

async function postmaster(db: Db): Promise<number> {
  const { rows } = await db.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  return parentOf(rows[0]!.pid);
}

async function elasticsearchPid(client: SearchClient): Promise<number> {
  const { nodes } = await client.nodes.info({ metric: 'process' });
  return Number(Object.values(nodes)[0]?.process?.id ?? 0);
}

async function redisPid(url: string): Promise<number> {
  const redis = new Redis(url);
  try {
    return Number(/^process_id:(\d+)/m.exec(await redis.info('server'))?.[1] ?? 0);
  } finally {
    redis.disconnect();
  }
}
