import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { causeIn, causeSince } from './cause-in-log.ts';
import { CommandError, run } from './process.ts';

// Lines as PostgreSQL 18, Redis 7, Elasticsearch 9 and OpenJDK 17 write them.
test.each([
  [
    'PostgreSQL',
    `2026-12-01 12:00:00.000 UTC [71] LOG:  starting PostgreSQL 18.4
     2026-12-01 12:00:00.010 UTC [71] FATAL:  data directory "/data" has invalid permissions`,
    'data directory "/data" has invalid permissions',
  ],
  [
    'Redis',
    `9:C 01 Dec 2026 12:00:00.000 * Redis version=7.0.15
9:M 01 Dec 2026 12:00:00.002 # Warning: Could not create server TCP listening socket 127.0.0.1:6379: bind: Address already in use
9:M 01 Dec 2026 12:00:00.003 # Failed listening on port 6379 (TCP), aborting.`,
    'Warning: Could not create server TCP listening socket 127.0.0.1:6379: bind: Address already in use',
  ],
  [
    'Elasticsearch',
    `[2026-12-01T12:00:00,000][ERROR][o.e.b.Elasticsearch      ] [node] fatal exception while booting Elasticsearch
java.lang.IllegalStateException: failed to obtain node locks, tried [/data]
\tat org.elasticsearch.env.NodeEnvironment.<init>(NodeEnvironment.java:300)
Caused by: java.io.IOException: failed to obtain lock on /data
Caused by: org.apache.lucene.store.LockObtainFailedException: Lock held by another program: /data/node.lock`,
    'Lock held by another program: /data/node.lock',
  ],
  [
    'Java',
    '# There is insufficient memory for the Java Runtime Environment to continue.\n# Native memory allocation failed',
    'There is insufficient memory for the Java Runtime Environment to continue.',
  ],
])('the log of %s says why it did not start', (_, log, cause) => {
  expect(causeIn(log)).toBe(cause);
});

test('a log without a cause gives none, and a long line is shortened', () => {
  expect(causeIn('starting\nlistening on 127.0.0.1\n')).toBeNull();
  expect(causeIn(`FATAL:  ${'x'.repeat(5_000)}`)).toHaveLength(201);
});

test('what an earlier start wrote is no cause of this one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'log');
  writeFileSync(log, 'FATAL:  of yesterday\n');
  expect(causeSince(log, 21)).toBe('');
  expect(causeSince(log, 0)).toBe(': of yesterday');
  expect(causeSince(join(folder, 'none'), 0)).toBe('');
});

test('a program that fails is called by its name, with its cause', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'log');
  const failing = run('sh', ['-c', 'echo "FATAL:  no room"; exit 3'], { name: 'initdb', log });
  await expect(failing).rejects.toThrow(new CommandError('initdb', 'failed with exit code 3: no room', log));
});
