import { openSharedCounts, startApi } from '@thresher/api';
import { completeRuns, reindex, startTransformer, untilThere, version } from '@thresher/pipeline';
import { addProcessMetrics, createMetrics, createReport, readConfig } from '@thresher/runtime';
import { countDocuments } from '@thresher/search';
import { migrateToLatest } from '@thresher/store/database';
import { count, exit, type ExitCode, type Io, say } from '../io.ts';
import { mustSearch, openCommandResources, waitReporter } from '../open-resources.ts';

export async function migrate(io: Io): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const applied = await migrateToLatest(resources.bareDb());
  say(io, applied.length === 0 ? 'the database is up to date' : `applied ${applied.join(', ')}`);
  return exit.done;
}

/** Serves the API and the web page until a signal. */
export async function serve(io: Io, flags: { host?: string; port?: number }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const config = readConfig(io.env, ['http', 'contact', 'access', 'redis', 'database', 'elasticsearch']);
  const { http, contact, access } = config;
  const metrics = createMetrics();
  addProcessMetrics(metrics);
  const report = createReport(resources.log);
  const onLost = (error: Error): void => report(error, 'Redis does not answer: requests are not counted meanwhile');
  await using shared = openSharedCounts(config, onLost);
  const deps = {
    db: await untilThere(resources.db, waitReporter(io), io.signal),
    search: await untilThere(resources.search, waitReporter(io), io.signal),
    searchFault: config.elasticsearch.fault,
    log: resources.log,
    metrics,
    version,
    contact: contact.email,
    access: { ...access, shared },
    reach: { publicUrl: http.publicUrl, proxies: http.proxies },
  };
  const onListening = (address: string): unknown => say(io, `serving ${address}`);
  await startApi(deps, { host: flags.host ?? http.host, port: flags.port ?? http.port, onListening }, io.signal);
  return exit.interrupted;
}

/** Transforms pages until a signal: what `harvest` does itself, for other processes and machines. */
export async function work(io: Io, flags: { workers: number }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  await startTransformer(resources, flags.workers, io.signal);
  return exit.interrupted;
}

/** Builds the index anew from Postgres; readers notice nothing. */
export async function rebuildIndex(io: Io): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const search = mustSearch(await resources.search());
  const onProgress = (records: number): unknown => records % 10_000 === 0 && say(io, `${count(records)} records`);
  const index = await reindex({ db, search, log: resources.log }, onProgress, io.signal);
  const completed = await completeRuns({ db, search, log: resources.log });
  if (completed > 0) say(io, `${count(completed)} windows that had come short are complete`);
  say(io, `${search.alias} leads to ${index}: ${count(await countDocuments(search.client, search.alias))} records`);
  return exit.done;
}
