import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { createLogger, readConfig, runUntilSignal } from '@thresher/runtime';
import { openMetrics, openResources, startTransformer, defaultWorkers } from '../src/index.ts';

if (existsSync('.env')) loadEnvFile('.env');
await runUntilSignal(async (signal, resources) => {
  const { log } = readConfig(process.env, ['log', 'database']);
  const opened = resources.use(openResources(process.env, createLogger(log), undefined, { signal }));
  resources.use(await openMetrics(opened));
  await startTransformer(opened, defaultWorkers(), signal);
});
