import { openResources, type SearchTarget, type Resources } from '@thresher/pipeline';
import { createLogger, createReport, type Logger, readConfig, type Report } from '@thresher/runtime';
import { reasonOf } from '@thresher/store/database';
import { type Io, say, UsageError } from './io.ts';

/**
 * What a command works with. It is quiet unless LOG_LEVEL says otherwise: people read its sentences, not its log.
 *
 * @param alias of the index, where it is not the usual one
 */
export function openCommandResources(io: Io, alias?: string): Resources {
  const level = io.env['LOG_LEVEL'] === undefined ? 'error' : readConfig(io.env, ['log']).log.level;
  const log = createLogger({ level });
  return openResources(io.env, log, alias, { signal: io.signal, ...(level === 'error' && { report: waitReporter(io) }) });
}

/** Says why a command waits, one line for a cause: its log is quiet. */
export const waitReporter = (io: Io): Report =>
  createReport({ warn: ({ err }: { err: unknown }, message: string) => void say(io, `${message} (${reasonOf(err)})`) } as Logger);

/** The index. Throws an error that says how to get one. */
export function mustSearch(search: SearchTarget | null): SearchTarget {
  if (search === null) throw new UsageError('search needs Elasticsearch: set ELASTICSEARCH_URL, or let npm run services start one');
  return search;
}
