/** `node scripts/bench/serve.ts ALIAS`: the API over DATABASE_URL and that index until it is ended. Prints its address. */
import { startApi } from '@thresher/api';
import { createLogger, readConfig, runUntilSignal } from '@thresher/runtime';
import { createMetrics } from '@thresher/runtime/metrics';
import { createSearchClient } from '@thresher/search';
import { createDb } from '@thresher/store/database';

await runUntilSignal(async (signal, resources) => {
  const { database, elasticsearch } = readConfig(process.env, ['database', 'elasticsearch']);
  const db = createDb(database.url);
  resources.defer(() => db.destroy());
  const client = await createSearchClient(elasticsearch.url ?? '');
  resources.defer(() => client.close());
  await startApi(
    {
      db,
      search: { client, alias: process.argv[2] ?? '' },
      log: createLogger({ level: 'error' }),
      metrics: createMetrics(),
      version: 'bench',
    },
    { host: '127.0.0.1', port: 0, onListening: (address) => console.log(address) },
    signal,
  );
});
