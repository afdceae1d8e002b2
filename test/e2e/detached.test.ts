import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { run } from '@thresher/cli';
import { expect, it } from 'vitest';
import { simulate, createWholeDatabase } from '../harness.ts';

const bin = (name: string): string => join(import.meta.dirname, '../../packages/pipeline/bin', name);

it('harvest --detach makes a run that the harvester and transformer processes finish', { timeout: 90_000 }, async () => {
  await using database = await createWholeDatabase(process.env['DATABASE_URL'] ?? '');
  await using sim = await simulate({ seed: 8, size: 300 });
  const env = { DATABASE_URL: database.url };
  let out = '';
  const io = {
    env,
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: () => true },
    signal: new AbortController().signal,
  };
  expect(await run(['harvest', sim.url, '--detach', '--json'], io)).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ run: 1, state: 'running' });

  const childEnv = { ...process.env, DATABASE_URL: database.url, REDIS_URL: '', ELASTICSEARCH_URL: '' };
  const children = ['harvester.ts', 'transformer.ts'].map((name) =>
    spawn(process.execPath, [bin(name)], { env: childEnv, stdio: 'ignore' }),
  );
  try {
    const stateOf = async () =>
      (await database.db.selectFrom('harvest.run').select('state').where('id', '=', 1).executeTakeFirstOrThrow()).state;
    await expect.poll(stateOf, { timeout: 60_000, interval: 200 }).toBe('complete');
    const stored = await database.db.selectFrom('record').select('oai_identifier').execute();
    expect(new Set(stored.map((row) => row.oai_identifier))).toEqual(new Set(sim.ledger().keys()));
  } finally {
    for (const child of children) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
});
