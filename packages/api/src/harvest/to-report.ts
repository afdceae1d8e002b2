import { redactText, redactUrl } from '@thresher/runtime';
import type { PendingPages, Run, RunTotals, Source, Window } from '@thresher/store/harvest';
import type { HarvestReport, HarvestRun, HarvestRunDetail } from './report.ts';

const MAX_SEGMENTS = 120;
const MAX_PROBLEMS = 100;

/** A run as the API shows it; `now` is milliseconds since 1970. */
export function toHarvestRun(
  run: Run,
  totals: RunTotals,
  pending: Pick<PendingPages, 'records'> & { readonly waitingFor?: string | null },
  now: number,
): HarvestRun {
  const { distinctReceived, requests: _, ...counts } = totals;
  return {
    id: run.id,
    kind: run.kind,
    state: run.state,
    metadata_prefix: run.metadata_prefix,
    sets: run.set_specs,
    from: instant(run.from_datestamp),
    until: instant(run.until_datestamp),
    started_at: run.started_at.toISOString(),
    finished_at: instant(run.finished_at),
    seconds: Math.max(0, (run.finished_at?.getTime() ?? now) - run.started_at.getTime()) / 1000,
    requests: run.requests,
    failure: redactOrNull(run.failure ?? pending.waitingFor ?? null),
    totals: { ...counts, distinct_received: distinctReceived, pending: pending.records },
  };
}

export function toSourceReport(source: Source, runs: HarvestRun[], blocked: string | null): HarvestReport['sources'][number] {
  return {
    name: source.name,
    base_url: redactUrl(source.base_url),
    repository_name: source.repository_name,
    metadata_prefix: source.metadata_prefix,
    sets: source.set_specs,
    deleted_record: source.deleted_record,
    earliest_datestamp: instant(source.earliest_datestamp),
    blocked: redactOrNull(blocked),
    runs,
  };
}

/** Windows in order, in at most 120 stretches of about as many windows each. Those that were split stand by their parts. */
export function toSegments(windows: readonly Window[]): HarvestRunDetail['segments'] {
  const whole = windows.filter((window) => window.state !== 'split');
  const count = Math.min(MAX_SEGMENTS, whole.length);
  const bounds = Array.from({ length: count + 1 }, (_, index) => Math.round((index * whole.length) / count));
  return bounds.slice(1).map((end, index) => toSegment(whole.slice(bounds[index], end)));
}

function toSegment(windows: readonly Window[]): HarvestRunDetail['segments'][number] {
  const states: Record<string, number> = {};
  for (const { state } of windows) states[state] = (states[state] ?? 0) + 1;
  return {
    from: instant(windows[0]?.from_datestamp ?? null),
    until: instant(windows.at(-1)?.until_datestamp ?? null),
    declared: sum(windows.map((window) => window.declared ?? 0)),
    received: sum(windows.map((window) => window.received)),
    states,
  };
}

export function toProblems(windows: readonly Window[]): HarvestRunDetail['problems'] {
  const odd = windows.filter(
    ({ state, failure }) => state === 'short' || state === 'failed' || (failure !== null && state !== 'split' && state !== 'complete'),
  );
  return odd.slice(0, MAX_PROBLEMS).map((window) => ({
    window: window.id,
    set: window.set_spec,
    from: instant(window.from_datestamp),
    until: instant(window.until_datestamp),
    state: window.state,
    attempt: window.attempt,
    declared: window.declared,
    received: window.received,
    failure: redactOrNull(window.failure),
  }));
}

function instant(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function redactOrNull(text: string | null): string | null {
  return text === null ? null : redactText(text);
}
