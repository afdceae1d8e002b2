import type { Run, RunTotals, Source, Window } from '@thresher/store/harvest';
import { expect, test } from 'vitest';
import { toHarvestRun, toProblems, toSourceReport } from './to-report.ts';

const failure = 'no answer from https://me:hunter2@example.org/oai?key=hunter3: connection refused';

test('user, password and query of a source are nowhere in the report', () => {
  const source = { name: 'secret', base_url: 'https://me:hunter2@example.org/oai?key=hunter3', earliest_datestamp: null } as Source;
  const run = { failure, started_at: new Date(0), from_datestamp: null, until_datestamp: null, finished_at: null } as Run;
  const report = toSourceReport(source, [toHarvestRun(run, {} as RunTotals, { records: 0 }, 0)], null);
  const problems = toProblems([{ state: 'failed', failure, from_datestamp: null, until_datestamp: null } as Window]);
  expect(report.base_url).toBe('https://example.org/oai?key=…');
  expect([report.runs[0]?.failure, problems[0]?.failure]).toEqual(
    Array(2).fill('no answer from https://example.org/oai?key=… connection refused'),
  );
  expect(JSON.stringify([report, problems])).not.toContain('hunter');
});
