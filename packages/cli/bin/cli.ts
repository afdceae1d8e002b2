#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { runUntilSignal } from '@thresher/runtime';
import { run } from '../src/index.ts';

if (existsSync('.env')) loadEnvFile('.env');
const { env, stdin, stdout, stderr, argv } = process;
// Whoever reads may stop early (`| head`): then nothing is left to do.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
await runUntilSignal((signal) => run(argv.slice(2), { env, stdin, stdout, stderr, signal }));
