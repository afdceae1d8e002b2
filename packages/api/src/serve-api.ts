import { type Config, createReport } from '@thresher/runtime';
import { addProcessMetrics, createMetrics } from '@thresher/runtime/metrics';
import { type Db, openReadDb } from '@thresher/store/database';
import type { ApiDeps } from './deps.ts';
import { openSharedCounts } from './http/shared-counts.ts';
import { type ListenAddress, startApi } from './start-api.ts';

/** The sections of the configuration that `serveApi` needs. */
export const API_SECTIONS = ['database', 'databaseRead', 'redis', 'elasticsearch', 'http', 'contact', 'access', 'admin', 'load'] as const;

/** What the caller has opened, and closes after `serveApi` has returned. */
export type OpenedParts = Pick<ApiDeps, 'db' | 'search' | 'log' | 'version'>;

/**
 * Serves the API until the signal. Opens the rest of what it needs from the configuration: metrics, keys and limits, the counts of
 * requests in Redis, the public address. `place` overrides HOST and PORT. Throws if the server cannot listen.
 */
export async function serveApi(
  config: Pick<Config, (typeof API_SECTIONS)[number]>,
  parts: OpenedParts,
  place: Partial<ListenAddress>,
  signal: AbortSignal,
): Promise<void> {
  const { http, contact, access, load } = config;
  const report = createReport(parts.log);
  const metrics = createMetrics();
  addProcessMetrics(metrics);
  await using shared = openSharedCounts(config, (error) => report(error, 'Redis does not answer: requests are not counted meanwhile'));
  await using stack = new AsyncDisposableStack();
  let reader: Promise<Db> | undefined;
  const openReader = async (): Promise<Db> => {
    const onIdleError = (error: Error): void => report(error, 'a database connection was lost');
    const login = { readUrl: config.databaseRead.url, databaseUrl: () => config.database.url, onIdleError };
    return stack.use(await openReadDb(login, async () => parts.db));
  };
  const readDb = (): Promise<Db> => {
    // A failed attempt is not remembered.
    reader ??= openReader().catch((error: unknown) => {
      reader = undefined;
      throw error;
    });
    return reader;
  };
  const deps: ApiDeps = {
    ...parts,
    readDb,
    adminKey: config.admin.key,
    searchFault: config.elasticsearch.fault,
    metrics,
    contact: contact.email,
    mostInFlight: load.mostInFlight,
    access: { ...access, shared },
    reach: { publicUrl: http.publicUrl, proxies: http.proxies },
  };
  await startApi(deps, { host: http.host, port: http.port, ...place }, signal);
}
