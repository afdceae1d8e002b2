import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { startSmall } from './small-process.ts';

const load = () =>
  Promise.all([
    import('@thresher/runtime'),
    import('../src/workers/start-harvester.ts'),
    import('../src/workers/resources.ts'),
    import('../src/workers/open-metrics.ts'),
  ]);

await startSmall(load);
const [{ createLogger, readConfig, runUntilSignal }, { startHarvester }, { openResources }, { openMetrics }] = await load();

if (existsSync('.env')) loadEnvFile('.env');
await runUntilSignal(async (signal, resources) => {
  const { log } = readConfig(process.env, ['log', 'database']);
  const opened = resources.use(openResources(process.env, createLogger(log), undefined, { signal }));
  resources.use(await openMetrics(opened));
  await startHarvester(opened, signal);
});
