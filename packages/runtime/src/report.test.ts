import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';
import { causeOf, createReport } from './report.ts';

interface Line {
  readonly occurrences?: number;
  readonly message: string;
}

/** A report with a clock that is set by hand, and the lines that it wrote. */
function reporting() {
  const lines: Line[] = [];
  let now = 0;
  const log = {
    warn: ({ occurrences }: { occurrences?: number }, message: string) => void lines.push({ message, ...(occurrences && { occurrences }) }),
  };
  const report = createReport(log as never, () => now);
  return { report, lines, at: (ms: number) => void (now = ms) };
}

test('60 errors a second for ten minutes are a line at once and then seldom, and none is uncounted', () => {
  const { report, lines, at } = reporting();
  const errors = 600 * 60;
  for (let n = 0; n < errors; n++) {
    at((n * 1_000) / 60);
    report(new Error(`could not renew lock for job page-${n}`), 'the queue had an error');
  }
  expect(lines.map(({ occurrences = 1 }) => occurrences)).toEqual([1, 600, 1_200, 2_400, 4_800, 9_600]);
  at(1e9);
  report(new Error('could not renew lock for job page-1'), 'the queue had an error');
  expect(lines.reduce((sum, { occurrences = 1 }) => sum + occurrences, 0)).toBe(errors + 1);
});

test('another cause, and a cause that comes back, are reported at once', () => {
  const { report, lines, at } = reporting();
  report(new Error('a'), 'first');
  report(new Error('a'), 'first');
  report(Object.assign(new Error('a'), { code: 'ECONNREFUSED' }), 'first');
  at(25_000);
  report(new Error('a'), 'first');
  report(new Error('a'), 'second');
  expect(lines).toEqual([{ message: 'first' }, { message: 'first' }, { message: 'first', occurrences: 2 }, { message: 'second' }]);
});

test('many causes take a bounded amount of memory', () => {
  const { report, lines } = reporting();
  const letters = (n: number): string => String.fromCodePoint(0x4e00 + n);
  for (let n = 0; n < 300; n++) report(new Error(letters(n)), 'm');
  report(new Error(letters(0)), 'm');
  report(new Error(letters(299)), 'm');
  expect(lines).toHaveLength(301);
});

test('numbers and identifiers make no other cause', () => {
  const one = causeOf('m', new Error('Lock mismatch for job page-17. Cmd moveToFinished from active'));
  expect(causeOf('m', new Error('Lock mismatch for job page-18. Cmd moveToFinished from active'))).toBe(one);
  expect(causeOf('m', new Error('Missing lock for job page-18'))).not.toBe(one);
});

test('the log has message, code and cause of an error, and nothing that a library hung on it', () => {
  const lost = Object.assign(new Error('terminating connection'), { code: '57P01', client: { password: 'hunter2' }, length: 116 });
  const error = Object.assign(new Error('not stored', { cause: lost }), { command: { args: ['x'.repeat(30_000)] } });
  expect(describeError(error)).toEqual({
    type: 'Error',
    message: 'not stored',
    cause: { type: 'Error', message: 'terminating connection', code: '57P01' },
  });
});

test('a long message is cut, and only an unexpected error has a stack', () => {
  const outOfMemory = Object.assign(new Error(`OOM command not allowed when used memory > 'maxmemory'. ${'x'.repeat(30_000)}`), {
    name: 'ReplyError',
  });
  expect(JSON.stringify(describeError(outOfMemory)).length).toBeLessThan(700);
  expect(describeError(outOfMemory).stack).toBeUndefined();
  expect(describeError(new Error('could not renew lock for job 7')).stack).toBeUndefined();
  const bug = describeError(new TypeError('x is not a function'));
  expect(bug.stack).toMatch(/^ +at /);
  expect(bug.stack?.split('\n').length).toBeLessThanOrEqual(8);
  expect(describeError('no error at all')).toEqual({ type: 'string', message: 'no error at all' });
});

test('causes in a circle end', () => {
  const error = new Error('round');
  error.cause = error;
  expect(JSON.stringify(describeError(error)).match(/round/g)).toHaveLength(5);
});
