import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

/** Prints how it was started, once it is started as it wants to be. */
const program = `
  import { startSmall } from ${JSON.stringify(join(import.meta.dirname, 'small-process.ts'))};
  const load = () => import(${JSON.stringify(join(import.meta.dirname, '../src/dump/csv.ts'))});
  await startSmall(load);
  const { pid, execArgv, env, moduleLoadList } = process;
  console.log(JSON.stringify({ pid, flags: execArgv, arenas: env.MALLOC_ARENA_MAX, compiler: moduleLoadList.some((name) => name.includes('amaro')) }));
  process.disconnect?.();`;

async function start(stdio: StdioOptions): Promise<{ pid: number | undefined; said: Record<string, unknown> }> {
  // What the test run compiled would be found compiled: then no compiler is loaded in the first place.
  const { NODE_COMPILE_CACHE: _cache, ...env } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio, env });
  const [said] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
  return { pid: child.pid, said: JSON.parse(said) as Record<string, unknown> };
}

test.skipIf(process.platform === 'win32')(
  'the same process, started with less memory and without the compiler of types',
  { timeout: 120_000 },
  async () => {
    const { pid, said } = await start(['ignore', 'pipe', 'inherit']);
    expect(said).toMatchObject({ pid, arenas: '1', compiler: false });
    expect(said['flags']).toContain('--max-semi-space-size=2');
  },
);

test('a process with a channel to its parent keeps it', { timeout: 120_000 }, async () => {
  const { pid, said } = await start(['ignore', 'pipe', 'inherit', 'ipc']);
  expect(said).toMatchObject({ pid, compiler: true });
  expect(said['flags']).not.toContain('--max-semi-space-size=2');
});
