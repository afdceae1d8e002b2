import { expect, test } from 'vitest';
import { resultOf, type Report } from './vitest.ts';

const report = (changes: Partial<Report> = {}): Report => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...changes,
});

test('a run that passed', () => {
  expect(resultOf(report(), 0)).toEqual({ summary: '5 passed, 0 failed', exitCode: 0 });
  expect(resultOf(report({ numPendingTests: 2, numTodoTests: 1 }), 0).summary).toBe('5 passed, 0 failed, 3 skipped');
});

test('failed tests and files that could not be loaded are failures', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{}] },
    { status: 'passed', assertionResults: [] },
  ];
  expect(resultOf(report({ numFailedTests: 1, testResults }), 1)).toEqual({ summary: '5 passed, 2 failed', exitCode: 1 });
});

test('a bad end without a failed test is a failure all the same', () => {
  expect(resultOf(report(), 1)).toEqual({ summary: '5 passed, 1 failed', exitCode: 1 });
  expect(resultOf(undefined, 137)).toEqual({ summary: '0 passed, 1 failed', exitCode: 137 });
});

test('a failure that the exit code hides is not hidden', () => {
  expect(resultOf(report({ numFailedTests: 2 }), 0).exitCode).toBe(1);
});
