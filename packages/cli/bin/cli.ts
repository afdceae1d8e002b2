#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { runUntilSignal } from '@thresher/runtime';
import { run } from '../src/index.ts';

if (existsSync('.env')) loadEnvFile('.env');
const { env, stdin, stdout, stderr, argv } = process;
await runUntilSignal((signal) => run(argv.slice(2), { env, stdin, stdout, stderr, signal }));
