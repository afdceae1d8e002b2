import { openWorkshop, type SearchTarget, type Workshop } from '@thresher/pipeline';
import { createLogger, readConfig } from '@thresher/runtime';
import { type Io, UsageError } from './io.ts';

/**
 * What a command works with. It is quiet unless LOG_LEVEL says otherwise: people read its sentences, not its log.
 *
 * @param alias of the index, where it is not the usual one
 */
export function openShop(io: Io, alias?: string): Workshop {
  const level = io.env['LOG_LEVEL'] === undefined ? 'error' : readConfig(io.env, ['log']).log.level;
  return openWorkshop(io.env, createLogger({ level }), alias);
}

/** The index, or a sentence why there is none. */
export function mustSearch(search: SearchTarget | null): SearchTarget {
  if (search === null) throw new UsageError('search needs Elasticsearch: set ELASTICSEARCH_URL, or let npm run services start one');
  return search;
}
