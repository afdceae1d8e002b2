import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type LoadTimes, openLoad } from '../search-bench/open-load.ts';
import { requestsFrom, toParameters } from '../search-bench/searches.ts';
import { someRecords } from '../serve-bench/stored-records.ts';
import { ROOT } from '../services/start-services.ts';
import { type ProcessFigure, watch } from './processes.ts';
import type { BenchDatabase, Servers } from './run-stage.ts';

const perSecond = 20;

export interface SearchFigure {
  /** Milliseconds from when each request was due to its last byte. */
  readonly times: LoadTimes;
  readonly api: ProcessFigure;
}

/**
 * Searches of the search page, with all its facets, over HTTP, at an open load of 20 a second, after as many that are not measured.
 * Servers that have just started are slower than they will be; `serve-bench.ts` measures them warm.
 */
export async function measureSearch(
  servers: Servers,
  { database, index }: BenchDatabase,
  seconds: number,
  signal: AbortSignal,
): Promise<SearchFigure> {
  const env = { ...process.env, DATABASE_URL: database.url, ELASTICSEARCH_URL: servers.elasticsearchUrl };
  const api = spawn(process.execPath, [path.join(ROOT, 'scripts/bench/serve.ts'), index.alias], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [address] = (await once(createInterface({ input: api.stdout }), 'line', { signal })) as [string];
    const requests = requestsFrom(await someRecords(database.db));
    const ask = async (n: number): Promise<void> => {
      const answer = await fetch(`${address}/api/records?${toParameters(requests.search(n)).toString()}`, { signal });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`a search was answered with ${answer.status}`);
    };
    await openLoad(perSecond, seconds, ask);
    const watching = watch([{ name: 'API', pid: api.pid! }]);
    const times = await openLoad(perSecond, seconds, (n) => ask(n + perSecond * seconds));
    return { times, api: watching.figures()[0]! };
  } finally {
    api.kill();
    if (api.exitCode === null) await once(api, 'exit');
  }
}
