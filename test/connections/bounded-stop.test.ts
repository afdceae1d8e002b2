import { openProxy } from '@thresher/store/testing';
import { createWholeDatabase } from '../harness.ts';
import { expect, it } from 'vitest';
import { plantRun } from '../harvest/plant-run.ts';
import { type Ended, startProgram, startSimulator } from '../harvest/programs.ts';

const { DATABASE_URL = '', REDIS_URL = '' } = process.env;

/** By this time a process has ended after one signal. */
const stopped = 30_000;

/** How a process ended; null if it did not within that time. */
async function afterSignal({ pid, ended }: ReturnType<typeof startProgram>): Promise<Ended | null> {
  process.kill(pid, 'SIGTERM');
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<null>((resolve) => (late = setTimeout(() => resolve(null), stopped)));
  return Promise.race([ended, tooLate]).finally(() => clearTimeout(late));
}

it.each(['harvester', 'transformer', 'harvest', 'serve'] as const)(
  'PostgreSQL is frozen: one SIGTERM ends %s',
  { timeout: 120_000 },
  async (what) => {
    await using database = await createWholeDatabase(DATABASE_URL);
    await using proxied = await openProxy(database.url, 5432);
    await using sim = await startSimulator(['--size', '2000', '--latency', '200']);
    await plantRun(database.db, sim.url);
    const env = { DATABASE_URL: proxied.url, LOG_LEVEL: 'info', PORT: '0' };
    const command = { harvest: ['harvest', sim.url, '--workers', '1'], serve: ['serve'] };
    await using program =
      what === 'harvester' || what === 'transformer' ? startProgram(what, [], env) : startProgram('cli', command[what], env);
    if (what === 'harvester' || what === 'harvest')
      while ((await sim.requests()).requests < 5) await new Promise((resolve) => setTimeout(resolve, 50));
    else await program.says(what === 'serve' ? 'serving' : 'transforming pages');
    proxied.freeze();
    expect(await afterSignal(program)).toMatchObject({ code: 130 });
  },
);

it.skipIf(REDIS_URL === '').each(['frozen', 'away'] as const)(
  'Redis is %s: one SIGTERM ends a harvester and a transformer',
  { timeout: 120_000 },
  async (how) => {
    await using database = await createWholeDatabase(DATABASE_URL);
    const proxied = await openProxy(REDIS_URL, 6379);
    await using _ = { [Symbol.asyncDispose]: async () => void (how === 'frozen' && (await proxied[Symbol.asyncDispose]())) };
    const env = { DATABASE_URL: database.url, REDIS_URL: proxied.url, LOG_LEVEL: 'info' };
    await using harvester = startProgram('harvester', [], env);
    await using transformer = startProgram('transformer', [], env);
    await Promise.all([harvester.says('harvesting'), transformer.says('transforming pages')]);
    if (how === 'frozen') proxied.freeze();
    else await proxied[Symbol.asyncDispose]();
    const [first, second] = await Promise.all([harvester, transformer].map(afterSignal));
    expect([first?.code, second?.code]).toEqual([130, 130]);
  },
);
