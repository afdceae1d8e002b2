import { type Config, createReport, once } from '@thresher/runtime';
import { addProcessMetrics, createMetrics } from '@thresher/runtime/metrics';
import { openReadDb } from '@thresher/store/database';
import type { ApiDeps } from './deps.ts';
import { openSharedCounts } from './http/shared-counts.ts';
import { type ListenAddress, startApi } from './start-api.ts';

/** The sections of the configuration that `serveApi` needs. */
export const API_SECTIONS = ['database', 'databaseRead', 'redis', 'elasticsearch', 'http', 'contact', 'access', 'admin', 'load'] as const;

/** What the caller has opened, and closes itself. */
export type OpenedParts = Pick<ApiDeps, 'db' | 'search' | 'log' | 'version'>;

/** What an API needs that is not opened: the rest of the configuration, and empty metrics. */
export function apiDeps(
  { elasticsearch, http, contact, load }: Pick<Config, 'elasticsearch' | 'http' | 'contact' | 'load'>,
  parts: OpenedParts,
): ApiDeps {
  return {
    ...parts,
    searchFault: elasticsearch.fault,
    metrics: createMetrics(),
    contact: contact.email,
    mostInFlight: load.mostInFlight,
    publicAddress: { publicUrl: http.publicUrl, proxies: http.proxies },
  };
}

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
  const { http, access } = config;
  const report = createReport(parts.log);
  const deps = apiDeps(config, parts);
  addProcessMetrics(deps.metrics);
  await using shared = openSharedCounts(config, (error) => report(error, 'Redis does not answer: requests are not counted meanwhile'));
  await using stack = new AsyncDisposableStack();
  const readDb = once(async () => {
    const onIdleError = (error: Error): void => report(error, 'a database connection was lost');
    const login = { readUrl: config.databaseRead.url, databaseUrl: () => config.database.url, onIdleError };
    return stack.use(await openReadDb(login, async () => parts.db));
  });
  const served = { ...deps, readDb, adminKey: config.admin.key, access: { ...access, shared } };
  await startApi(served, { host: http.host, port: http.port, ...place }, signal);
}
