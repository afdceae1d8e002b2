/** `npm run check`: types, lint, the import table, plain words and the format, through turbo, which skips what has not changed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from './services/start-services.ts';

const args = [
  'run',
  'check:types',
  'check:lint',
  'check:imports',
  'check:words',
  'check:format',
  '--output-logs=new-only',
  '--continue=always',
  ...process.argv.slice(2),
];
const child = spawn('turbo', args, {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
});
const [code] = (await once(child, 'close')) as [number | null];
process.exitCode = code ?? 1;
