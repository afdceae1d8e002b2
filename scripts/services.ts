/** `npm run services`: the three servers, their addresses as `export NAME=value` lines, until Ctrl-C. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@thresher/runtime';
import { ROOT, startServices } from './services/start-services.ts';
import { untilAborted, untilSignal } from './services/until-signal.ts';

await untilSignal(async (signal, _, started) => {
  if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));
  const log = (line: string): void => console.error(line);
  const services = started(await startServices({ home: readConfig(process.env, ['home']).home.path, env: process.env, log, signal }));
  for (const note of services.notes) log(note);
  for (const [name, value] of Object.entries(services.env)) console.log(`export ${name}=${quote(value)}`);
  log('ready; Ctrl-C ends');
  await untilAborted(signal);
});

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
