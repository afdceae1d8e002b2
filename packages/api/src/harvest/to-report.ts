import { redactText, redactUrl } from '@thresher/runtime';
import type { listWebhooks } from '@thresher/store/changes';
import {
  type Board,
  type BoardSource,
  blockSentence,
  type CountedRun,
  type CountedRunDetail,
  type Failures,
  type PageFailure,
  type QuarantinedFailure,
  type RefusedDocument,
  type Suspect,
  type Window,
} from '@thresher/store/harvest';
import type { HarvestFailures, HarvestReport, HarvestRun, HarvestRunDetail, HarvestSuspects, HarvestWebhooks } from './report.ts';

const MAX_SEGMENTS = 120;
const MAX_PROBLEMS = 100;

/** What of a snapshot every run needs. */
type Seen = Pick<Board, 'now' | 'indexingFault'>;

/** A run as the API shows it. */
export function toHarvestRun({ run, totals, progress }: CountedRun, { now, indexingFault }: Seen): HarvestRun {
  const { distinctReceived, requests: _, ...counts } = totals;
  const { received, inSql, inSearch, setAside } = progress;
  const isRunning = run.state === 'running';
  const waitsFor = isRunning ? (indexingFault ?? progress.failure) : null;
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
    seconds: Math.max(0, (run.finished_at ?? now).getTime() - run.started_at.getTime()) / 1000,
    requests: run.requests,
    failure: redactOrNull(run.failure ?? waitsFor),
    totals: { ...counts, distinct_received: distinctReceived, pending: Math.max(0, received - (inSearch ?? inSql) - setAside) },
    progress: { received, in_sql: inSql, in_search: inSearch, set_aside: setAside },
  };
}

/** A run with its windows. */
export function toRunDetail(counted: CountedRunDetail, seen: Seen): HarvestRunDetail {
  return { run: toHarvestRun(counted, seen), segments: toSegments(counted.windows), problems: toProblems(counted.windows) };
}

/** The whole report. `documents`: in the search index, null if it does not answer. */
export function toReport(board: Board, documents: number | null): HarvestReport {
  return { now: board.now.toISOString(), documents, sources: board.sources.map((source) => toSourceReport(source, board)) };
}

export function toSourceReport(board: BoardSource, seen: Seen): HarvestReport['sources'][number] {
  const { source, host, rateLimit, last } = board;
  const detail = last === null ? null : toRunDetail(last, seen);
  return {
    name: source.name,
    base_url: redactUrl(source.base_url),
    repository_name: source.repository_name,
    metadata_prefix: source.metadata_prefix,
    sets: source.set_specs,
    deleted_record: source.deleted_record,
    earliest_datestamp: instant(source.earliest_datestamp),
    blocked: rateLimit.block === null ? null : redactText(blockSentence(host, rateLimit.block)),
    paused_at: instant(source.paused_at),
    rate_limit: rateLimit.perMinute,
    searchable_until: instant(board.coveredUntil),
    failed_pages: board.failedPages,
    quarantined: board.quarantined,
    refused_documents: board.refusedDocuments,
    suspects: board.suspects,
    held: board.held,
    schedules: board.schedules.map(({ kind, cron, timeZone, nextAt, lastAt }) => ({
      kind,
      cron,
      time_zone: timeZone,
      next_at: instant(nextAt),
      last_at: instant(lastAt),
    })),
    asked: board.asked.map(({ kind, askedAt }) => ({ kind, asked_at: askedAt.toISOString() })),
    last: detail,
    runs: [...(detail === null ? [] : [detail.run]), ...board.earlier.map((run) => toHarvestRun(run, seen))],
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

interface FailuresOfSource {
  readonly quarantined: Failures<QuarantinedFailure>;
  readonly pages: Failures<PageFailure>;
  readonly refused: Failures<RefusedDocument>;
}

export function toFailures(source: string, { quarantined, pages, refused }: FailuresOfSource): HarvestFailures {
  return {
    source,
    quarantined: quarantined.shown.map(({ page, position, identifier, reason, bytes, at }) => ({
      page,
      position,
      identifier,
      reason: redactText(reason),
      bytes,
      at: at.toISOString(),
    })),
    quarantined_total: quarantined.total,
    pages: pages.shown.map(({ page, tries, failure, identifiers }) => ({
      page,
      tries,
      failure: redactText(failure),
      records: identifiers.length,
    })),
    pages_total: pages.total,
    refused: refused.shown.map(({ identifier, reason, at }) => ({ identifier, reason: redactText(reason), at: at.toISOString() })),
    refused_total: refused.total,
  };
}

export function toSuspects(source: string, suspects: readonly Suspect[]): HarvestSuspects {
  return {
    source,
    suspects: suspects.map(({ oai_identifier: identifier, state, reason, found_at, checked_at }) => ({
      identifier,
      state,
      reason,
      found_at: found_at.toISOString(),
      checked_at: instant(checked_at),
    })),
  };
}

export function toWebhooks(webhooks: Awaited<ReturnType<typeof listWebhooks>>): HarvestWebhooks {
  return {
    webhooks: webhooks.map(({ id, url, types, communities, at_micros, pending, failed, disabled_reason }) => ({
      id,
      origin: new URL(url).origin,
      types,
      communities,
      sent_until: new Date(at_micros / 1_000).toISOString(),
      pending: Number(pending),
      failed: Number(failed),
      disabled: redactOrNull(disabled_reason),
    })),
  };
}
