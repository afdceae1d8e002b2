import type { BoardSource, Run, RunProgress, RunTotals, Source, Window } from '@thresher/store/harvest';
import { expect, test } from 'vitest';
import { toHarvestRun, toProblems, toSourceReport } from './to-report.ts';

const seen = { now: new Date(60_000), indexingFault: null };
const failure = 'no answer from https://me:hunter2@example.org/oai?key=hunter3: connection refused';

test('user, password and query of a source are nowhere in the report', () => {
  const source = { name: 'secret', base_url: 'https://me:hunter2@example.org/oai?key=hunter3', earliest_datestamp: null } as Source;
  const run = { failure, started_at: new Date(0), from_datestamp: null, until_datestamp: null, finished_at: null } as Run;
  const counted = { run, totals: {} as RunTotals, progress: { received: 0, inSql: 0, inSearch: 0, setAside: 0, failure: null } };
  const rateLimit = { perMinute: null, block: { reason: failure, until: new Date(0) } };
  const board = {
    source: { ...source, paused_at: null },
    host: 'example.org',
    rateLimit,
    last: null,
    earlier: [counted],
    schedules: [],
    asked: [],
  };
  const report = toSourceReport({ ...board, coveredUntil: null } as unknown as BoardSource, seen);
  const problems = toProblems([{ state: 'failed', failure, from_datestamp: null, until_datestamp: null } as Window]);
  expect(report.base_url).toBe('https://example.org/oai?key=…');
  expect(report.blocked).toContain('https://example.org/oai?key=…');
  expect([report.runs[0]?.failure, problems[0]?.failure]).toEqual(
    Array(2).fill('no answer from https://example.org/oai?key=… connection refused'),
  );
  expect(JSON.stringify([report, problems])).not.toContain('hunter');
});

const countedRun = (state: Run['state'], progress: Partial<RunProgress>) => ({
  run: { state, started_at: new Date(0), from_datestamp: null, until_datestamp: null, finished_at: null, failure: null } as Run,
  totals: {} as RunTotals,
  progress: { received: 100, inSql: 70, inSearch: 40, setAside: 10, failure: null, ...progress },
});

test('what is on its way are the received records that are neither through nor set aside', () => {
  expect(toHarvestRun(countedRun('running', {}), seen).totals.pending).toBe(50);
  expect(toHarvestRun(countedRun('running', { inSearch: null }), seen).totals.pending).toBe(20);
  expect(toHarvestRun(countedRun('running', { inSql: 100, inSearch: 100, setAside: 0 }), seen).totals.pending).toBe(0);
});

test('a run that goes on says what its pages wait for, one that has ended does not', () => {
  const waiting = { failure: 'it cannot be mapped' };
  expect(toHarvestRun(countedRun('running', waiting), seen).failure).toBe('it cannot be mapped');
  expect(toHarvestRun(countedRun('running', waiting), { ...seen, indexingFault: 'the disk is full' }).failure).toBe('the disk is full');
  expect(toHarvestRun(countedRun('complete', waiting), seen).failure).toBeNull();
});
