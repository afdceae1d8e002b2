import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { createLogger, readConfig, runUntilSignal } from '@thresher/runtime';
import { offerMetrics, openResources, startTransformer, usualWorkers } from '../src/index.ts';

if (existsSync('.env')) loadEnvFile('.env');
await runUntilSignal(async (signal, resources) => {
  const { log } = readConfig(process.env, ['log', 'database']);
  const opened = resources.use(openResources(process.env, createLogger(log), undefined, { signal }));
  resources.use(await offerMetrics(opened));
  await startTransformer(opened, usualWorkers(), signal);
});
