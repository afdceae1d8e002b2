/**
 * `npm run test:hostile`: hostile inputs against everything that reads what others wrote.
 * `-- --seed N --inputs N --only NAME` for other inputs, more of them (per fuzzer), or one fuzzer.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig, runUntilSignal } from '@thresher/runtime';
import { describeReports, type FuzzReport } from '../test/hostile/fuzzer.ts';
import { fuzzers } from '../test/hostile/fuzzers.ts';
import { ROOT, startServices } from './services/start-services.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, inputs: { type: 'string' }, only: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const chosen = fuzzers.filter(({ name }) => values.only === undefined || name.includes(values.only));
if (!Number.isSafeInteger(seed) || chosen.length === 0) {
  console.error(`--seed is a whole number, --only one of: ${fuzzers.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

await runUntilSignal(async (signal, resources) => {
  if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));
  const log = (line: string): void => console.error(line);
  const { path: home } = readConfig(process.env, ['home']).home;
  const services = resources.use(await startServices({ home, env: process.env, log, signal }));
  const reports: FuzzReport[] = [];
  for (const fuzzer of chosen) {
    const inputs = Number(values.inputs ?? fuzzer.inputs);
    log(`${fuzzer.name}: seed ${seed}, ${inputs} inputs`);
    reports.push(await fuzzer.run({ seed, inputs, env: { ...process.env, ...services.env } }, signal));
  }
  for (const line of describeReports(reports)) console.log(line);
  return reports.some(({ violations }) => violations.length > 0) ? 1 : 0;
});
