#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { loadEnvFile } from 'node:process';
import { COMPILE_CACHE } from '@thresher/runtime/compile-cache';

// Before any other module is loaded: compiling them takes as long as everything else in a short command.
enableCompileCache(COMPILE_CACHE);
const [{ readConfig, runUntilSignal }, { run }] = await Promise.all([import('@thresher/runtime'), import('../src/index.ts')]);

if (existsSync('.env')) loadEnvFile('.env');
const { env, stdin, stdout, stderr, argv } = process;
if (!env['DATABASE_URL'] && !env['DATABASE_URL_FILE']) {
  // The servers that `npm start` or `npm run services` runs for this checkout; scripts/services/servers-file.ts writes their addresses.
  const servers = join(resolve(import.meta.dirname, '..', '..', '..', readConfig(env, ['home']).home.path), 'servers.env');
  if (existsSync(servers)) loadEnvFile(servers);
}
// The reader may stop early (`| head`): then nothing is left to do.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
await runUntilSignal((signal) => run(argv.slice(2), { env, stdin, stdout, stderr, signal }));
