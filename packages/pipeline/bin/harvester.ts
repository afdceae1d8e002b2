import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { startSmall } from './small-process.ts';

const load = () =>
  Promise.all([import('@thresher/runtime'), import('../src/workers/start-harvester.ts'), import('../src/workers/resources.ts')]);

await startSmall(load);
const [{ createLogger, readConfig, runUntilSignal }, { startHarvester }, { openResources }] = await load();

if (existsSync('.env')) loadEnvFile('.env');
await runUntilSignal(async (signal, resources) => {
  const { log } = readConfig(process.env, ['log', 'database']);
  const opened = resources.use(openResources(process.env, createLogger(log), undefined, { signal }));
  // Loaded only here: a process that serves no metrics stays smaller without it.
  if (readConfig(process.env, ['metrics']).metrics.port !== undefined)
    resources.use(await (await import('../src/workers/offer-metrics.ts')).offerMetrics(opened));
  await startHarvester(opened, signal);
});
