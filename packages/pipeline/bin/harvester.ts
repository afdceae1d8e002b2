import './small-heap.ts';
import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';

// Loaded only now: what loading leaves behind is half of the memory, and how V8 collects it is set before.
const { createLogger, readConfig, runUntilSignal } = await import('@thresher/runtime');
const { startHarvester } = await import('../src/start-harvester.ts');
const { openWorkshop } = await import('../src/workshop.ts');

if (existsSync('.env')) loadEnvFile('.env');
await runUntilSignal(async (signal, resources) => {
  const { log } = readConfig(process.env, ['log', 'database']);
  await startHarvester(resources.use(openWorkshop(process.env, createLogger(log))), signal);
});
