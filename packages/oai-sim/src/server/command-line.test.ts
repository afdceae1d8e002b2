import { expect, test } from 'vitest';
import { parseCommandLine, USAGE } from './command-line.ts';

const noFile = (path: string): string => {
  throw new Error(`no ${path}`);
};

test('defaults and every option', () => {
  expect(parseCommandLine([], noFile)).toMatchObject({
    kind: 'serve',
    replay: null,
    repository: { size: 10_000, seed: 1, pageSize: 50, tokenLifeMs: 120_000, tokens: 'scroll' },
    server: { host: '127.0.0.1', port: 8100, latencyMs: { min: 0, max: 0 }, faults: [] },
  });
  const argv =
    '--size 500 --seed 9 --page-size 100 --token-life 5 --rate 30 --latency 50-400 --port 0 --replay some/dir --tokens stateless --deleted persistent --gzip'.split(
      ' ',
    );
  expect(parseCommandLine([...argv, '--faults', '[{"fault":"cut-body","rate":0.001}]'], noFile)).toMatchObject({
    kind: 'serve',
    replay: 'some/dir',
    repository: { size: 500, seed: 9, pageSize: 100, tokenLifeMs: 5000, tokens: 'stateless', deletedRecord: 'persistent' },
    server: { port: 0, ratePerMinute: 30, latencyMs: { min: 50, max: 400 }, gzip: true, faults: [{ fault: 'cut-body', rate: 0.001 }] },
  });
});

test('faults from a file', () => {
  expect(parseCommandLine(['--faults', '@plan.json'], (path) => (path === 'plan.json' ? '[{"fault":"stall"}]' : ''))).toMatchObject({
    server: { faults: [{ fault: 'stall' }] },
  });
});

test('all mistakes are named at once', () => {
  const command = parseCommandLine(['--size=-1', '--latency', '5-1', '--tokens', 'odd', '--faults', '[{"fault":"nope"}]'], noFile);
  expect(command).toEqual({
    kind: 'wrong',
    faults: [
      expect.stringContaining('--size'),
      expect.stringContaining('--tokens'),
      expect.stringContaining('--latency'),
      expect.stringContaining('no fault is called nope'),
    ],
  });
  expect(parseCommandLine(['--what'], noFile).kind).toBe('wrong');
  expect(parseCommandLine(['--faults', '@gone.json'], noFile)).toMatchObject({ kind: 'wrong', faults: ['--faults: no gone.json'] });
  expect(parseCommandLine(['--faults', '{}'], noFile)).toMatchObject({ kind: 'wrong' });
});

test('the help shows every option that is read', () => {
  expect(parseCommandLine(['--help'], noFile)).toEqual({ kind: 'help' });
  for (const option of ['size', 'seed', 'page-size', 'token-life', 'rate', 'latency', 'port', 'faults', 'replay', 'help'])
    expect(USAGE).toContain(`--${option}`);
});
