import { openResources, type SearchTarget, type Resources, waitUntilOpen, version } from '@thresher/pipeline';
import { createLogger, createReport, type Logger, readConfig, type Report } from '@thresher/runtime';
import { reasonOf } from '@thresher/store/database';
import { type Io, say, UsageError } from './io.ts';

/**
 * Opens the resources of a command. Its log is off unless LOG_LEVEL is set: people read its messages.
 *
 * @param alias of the index, if it is not the usual one
 */
export function openCommandResources(io: Io, alias?: string): Resources {
  const level = io.env['LOG_LEVEL'] === undefined ? 'error' : readConfig(io.env, ['log']).log.level;
  const log = createLogger({ level });
  return openResources(io.env, log, alias, { signal: io.signal, ...(level === 'error' && { report: waitReporter(io) }) });
}

/** Prints why a command waits, one line per cause, since its log is off. */
export const waitReporter = (io: Io): Report =>
  createReport({ warn: ({ err }: { err: unknown }, message: string) => void say(io, `${message} (${reasonOf(err)})`) } as Logger);

/** What an API works with, once the servers are there. */
export async function openApiParts(resources: Resources, io: Io) {
  return {
    db: await waitUntilOpen(resources.db, waitReporter(io), io.signal),
    search: await waitUntilOpen(resources.search, waitReporter(io), io.signal),
    log: resources.log,
    version,
  };
}

/** The index. Throws an error that explains how to get one if there is none. */
export function mustSearch(search: SearchTarget | null): SearchTarget {
  if (search === null) throw new UsageError('search needs Elasticsearch: set ELASTICSEARCH_URL, or let npm run services start one');
  return search;
}
