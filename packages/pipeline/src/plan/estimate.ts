import { createRequestStats, type RequestStats } from '../walk/request-stats.ts';
import { partsFor } from '../walk/replan.ts';

/** What the first page of a list shows. */
export interface FirstPage {
  readonly set: string | null;
  /** Records in the list; null if the server does not declare it. */
  readonly declared: number | null;
  /** Records on the page. */
  readonly records: number;
  /** Whether a token leads to more. */
  readonly more: boolean;
  /** Of the body, as it came over the wire. */
  readonly wireBytes: number;
  readonly latencyMs: number;
}

/** Estimate of a harvest from its first pages. Null for what they do not show. */
export interface Estimate {
  readonly records: number | null;
  readonly pageSize: number;
  readonly windows: number | null;
  readonly requests: number | null;
  readonly bytes: number | null;
  readonly seconds: number | null;
}

export interface Terms {
  /** Requests per minute; null: no limit known. */
  readonly perMinute: number | null;
  /** Maximum number of lists walked at a time. */
  readonly concurrency: number;
  /** Lists without a request. */
  readonly unasked: number;
  /** False where the server does not look at `from` and `until`: each list is walked in one piece. */
  readonly selective: boolean;
}

/** Requests outside of windows: Identify. */
const requestsBeside = 1;

/**
 * Computes windows, requests and time as the harvester does: a list that is too long is cut, at the cost of
 * one request, into windows which are walked page by page. Assumes records that are evenly spread over time, and no
 * faults: a real harvest of Zenodo's corpus takes a few per cent more.
 */
export function estimate(lists: readonly FirstPage[], { perMinute, concurrency, unasked, selective }: Terms): Estimate {
  const pageSize = Math.max(1, ...lists.map((list) => list.records));
  const known = lists.every((list) => list.declared !== null) && unasked === 0;
  const sum = (pick: (list: FirstPage) => number): number => lists.reduce((total, list) => total + pick(list), 0);
  const meter = createRequestStats({ requests: 0, breaks: 0 });
  meter.records(pageSize);
  const walks = lists.map((list) => walkOf(list.declared ?? 0, pageSize, selective ? meter : null));
  const requests = walks.reduce((total, walk) => total + walk.requests, requestsBeside);
  const records = sum((list) => list.declared ?? 0);
  const latencyMs = lists.length === 0 ? 0 : sum((list) => list.latencyMs) / lists.length;
  const perRecord =
    sum((list) => list.wireBytes) /
    Math.max(
      1,
      sum((list) => list.records),
    );
  return {
    records: known ? records : null,
    pageSize,
    windows: known ? walks.reduce((total, walk) => total + walk.windows, 0) : null,
    requests: known ? requests : null,
    bytes: known ? Math.round(perRecord * records) : null,
    seconds: known ? secondsFor(requests, perMinute, latencyMs, concurrency) : null,
  };
}

interface WalkCost {
  readonly windows: number;
  readonly requests: number;
}

/** One list of `records` records, cut as a harvester that starts would cut it; null: never. */
function walkOf(declared: number, pageSize: number, cut: Pick<RequestStats, 'target' | 'maxListSize'> | null): WalkCost {
  if (cut === null || declared <= cut.maxListSize()) return { windows: 1, requests: Math.max(1, Math.ceil(declared / pageSize)) };
  const parts = partsFor(declared, cut.target());
  const part = walkOf(declared / parts, pageSize, cut);
  return { windows: parts * part.windows, requests: 1 + parts * part.requests };
}

/** The slower of two: the limit, and the latency of as many lists as are walked at a time. */
function secondsFor(requests: number, perMinute: number | null, latencyMs: number, concurrency: number): number {
  const byLatency = (requests * latencyMs) / 1_000 / concurrency;
  return perMinute === null ? byLatency : Math.max(byLatency, (requests * 60) / perMinute);
}
