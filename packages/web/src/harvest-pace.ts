/** How far a run was at an instant. */
export interface Sample {
  readonly run: number;
  /** Milliseconds by the clock of the server. */
  readonly at: number;
  readonly received: number;
  readonly inSql: number;
  /** Null without an index. */
  readonly inSearch: number | null;
  readonly requests: number;
}

/** What a run has done of late: records per second of each stage, and requests per minute. */
export interface Rates {
  /** The seconds that these were measured over. */
  readonly seconds: number;
  readonly received: number;
  readonly inSql: number;
  readonly inSearch: number | null;
  readonly requestsPerMinute: number;
}

const KEPT_MS = 60_000;
/** A shorter time shows chance only: pages come in whole. */
const LEAST_MS = 4_000;

/** Adds a sample to those of the last minute. A list that is begun again, or another run, makes the earlier ones useless. */
export function withSample(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last === undefined || last.run !== next.run || next.received < last.received || next.inSql < last.inSql) return [next];
  if (next.at <= last.at) return samples;
  return [...samples.filter(({ at }) => at >= next.at - KEPT_MS), next];
}

/** The rates over the samples; null if they span too little time to tell. */
export function ratesOf(samples: readonly Sample[]): Rates | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return null;
  const seconds = (last.at - first.at) / 1_000;
  return {
    seconds,
    received: (last.received - first.received) / seconds,
    inSql: (last.inSql - first.inSql) / seconds,
    inSearch: last.inSearch === null || first.inSearch === null ? null : Math.max(0, last.inSearch - first.inSearch) / seconds,
    requestsPerMinute: ((last.requests - first.requests) / seconds) * 60,
  };
}

/**
 * The seconds until the slowest stage has done what is left for it, at the rates of the last minute. Null: unknown, as
 * too little was measured, a stage stands still, or the repository has not said how much there is.
 */
export function secondsLeft(expected: number, { received, inSql, inSearch }: Sample, rates: Rates | null): number | null {
  if (rates === null || expected <= 0) return null;
  const all = Math.max(expected, received);
  const stages = [
    [all - received, rates.received],
    [all - inSql, rates.inSql],
    ...(inSearch === null || rates.inSearch === null ? [] : [[all - inSearch, rates.inSearch] as const]),
  ] as const;
  const times = stages.map(([left, rate]) => (left <= 0 ? 0 : rate > 0 ? left / rate : Infinity));
  const longest = Math.max(...times);
  return Number.isFinite(longest) ? longest : null;
}
