import './small-heap.ts';
import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { createLogger, readConfig, runUntilSignal } from '@thresher/runtime';
import { openWorkshop, startHarvester } from '../src/index.ts';

if (existsSync('.env')) loadEnvFile('.env');
await runUntilSignal(async (signal, resources) => {
  const { log } = readConfig(process.env, ['log', 'database']);
  await startHarvester(resources.use(openWorkshop(process.env, createLogger(log))), signal);
});
