#!/usr/bin/env node
import { createLogger, createReport, readConfig, runUntilSignal } from '@thresher/runtime';
import { createSearchClient, DEFAULT_ALIAS } from '@thresher/search';
import { createDb } from '@thresher/store/database';
import manifest from '../package.json' with { type: 'json' };
import { API_SECTIONS, serveApi } from '../src/index.ts';

await runUntilSignal(async (signal, resources) => {
  const config = readConfig(process.env, [...API_SECTIONS, 'log']);
  const log = createLogger(config.log);
  const report = createReport(log);
  const onLostConnection = (error: Error): void => report(error, 'a database connection was lost');
  const db = createDb({
    connectionString: config.database.url,
    application_name: 'thresher api',
    connectionTimeoutMillis: 5_000,
    // Opening a connection takes as long as ten lookups, so the pool keeps idle ones.
    idleTimeoutMillis: 300_000,
    statement_timeout: 30_000,
    onLost: onLostConnection,
    signal,
  });
  resources.defer(() => db.destroy());
  const search =
    config.elasticsearch.url === undefined ? null : { client: await createSearchClient(config.elasticsearch.url), alias: DEFAULT_ALIAS };
  if (search !== null) resources.defer(() => search.client.close());
  await serveApi(config, { db, search, log, version: manifest.version }, {}, signal);
});
