import { readConfig } from '@thresher/runtime';
import { schemaIsCurrent } from '@thresher/store/database';
import type { Resources } from './resources.ts';

/**
 * Serves what a worker process measures on METRICS_PORT until disposed. Nothing is served without that variable, or if the port is
 * taken: then the log says so, and the worker works.
 *
 * @returns the address, null if nothing is served
 */
export async function openMetrics(resources: Resources): Promise<AsyncDisposable & { readonly url: string | null }> {
  const { metrics: place, http } = readConfig(resources.env, ['metrics', 'http']);
  const nothing = { url: null, [Symbol.asyncDispose]: async () => {} };
  if (place.port === undefined) return nothing;
  // Loaded only here: a process that serves no metrics starts faster and stays smaller.
  const [{ addMeasures, addPoolMetrics, addProcessMetrics, createMetrics }, { serveMetrics }] = await Promise.all([
    import('@thresher/runtime/metrics'),
    import('@thresher/runtime/serve-metrics'),
  ]);
  const metrics = createMetrics();
  addProcessMetrics(metrics);
  addPoolMetrics(metrics, resources.bareDb().pool);
  const measures = addMeasures(metrics);
  try {
    const served = await serveMetrics(metrics, { host: http.host, port: place.port, faults: () => faultsOf(resources) });
    resources.log.info({ url: `${served.url}/metrics` }, 'metrics are served');
    return {
      url: served.url,
      async [Symbol.asyncDispose]() {
        measures[Symbol.dispose]();
        await served[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    measures[Symbol.dispose]();
    const { code, message } = error as NodeJS.ErrnoException;
    const cause = code === 'EADDRINUSE' ? `port ${place.port} of ${http.host} is taken` : message;
    resources.log.error(`no metrics are served: ${cause}; set METRICS_PORT to another port`);
    return nothing;
  }
}

async function faultsOf({ bareDb }: Resources): Promise<readonly string[]> {
  try {
    return (await schemaIsCurrent(bareDb())) ? [] : ['the database is not migrated: run thresher migrate'];
  } catch {
    return ['PostgreSQL does not answer'];
  }
}
