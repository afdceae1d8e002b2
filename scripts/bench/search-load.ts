import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Db } from '@thresher/store';
import { type LoadTimes, openLoad } from '../search-bench/open-load.ts';
import { ROOT } from '../services/start-services.ts';
import { type ProcessFigure, watch } from './processes.ts';
import type { Place, Servers } from './run-stage.ts';

const perSecond = 20;
/** Not measured: until code and caches are hot. */
const warmUp = 40;

export interface SearchFigure {
  /** Milliseconds from when each request was due to its last byte. */
  readonly times: LoadTimes;
  readonly api: ProcessFigure;
}

/** Searches of the search page, with all its facets, over HTTP, at an open load of 20 a second. */
export async function measureSearch(
  servers: Servers,
  { database, index }: Place,
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
    const words = await wordsOf(database.db);
    const ask = async (n: number): Promise<void> => {
      const answer = await fetch(`${address}/api/records?${searchOf(n, words).toString()}`, { signal });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`a search was answered with ${answer.status}`);
    };
    for (let n = 0; n < warmUp; n++) await ask(n);
    const watching = watch([{ name: 'API', pid: api.pid! }]);
    const times = await openLoad(perSecond, seconds, (n) => ask(n + warmUp));
    return { times, api: watching.figures()[0]! };
  } finally {
    api.kill();
    if (api.exitCode === null) await once(api, 'exit');
  }
}

/** Words out of the titles themselves. */
async function wordsOf(db: Db): Promise<string[]> {
  const { rows } = await db.pool.query<{ title: string }>('select title from record where title is not null order by id limit 1000');
  return rows.flatMap(({ title }) => title.match(/\p{L}{4,}/gu) ?? []);
}

/** What people ask: mostly words, some with a filter, some nothing at all. */
export function searchOf(n: number, words: readonly string[]): URLSearchParams {
  const word = (k: number): string => words[(k * 7_919) % words.length]!;
  const search = new URLSearchParams({ size: '20', facets: 'all', highlight: 'true' });
  const kind = n % 10;
  if (kind > 0) search.set('q', kind < 4 ? `${word(n)} ${word(n + 1)}` : word(n));
  if (kind > 6) search.set('resource_type', 'dataset');
  return search;
}
