/** Counts of requests, for tests in other processes. */
export interface RequestCounts {
  readonly requests: number;
  /** Answers by status; `0` for connections cut before the headers. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly verbs: Readonly<Record<string, number>>;
  /** List requests with a resumption token. */
  readonly resumed: number;
  /** Those of them whose token had been sent before. */
  readonly repeatedTokens: number;
  readonly refused429: number;
  readonly faults: Readonly<Record<string, number>>;
  /** The most requests of all clients in any moving 60 seconds, refused ones included. */
  readonly maxInAnyMinute: number;
  /** Requests by UTC minute (`2026-08-20T06:00Z`), the last 1440 that had any. */
  readonly perMinute: Readonly<Record<string, number>>;
}

export interface RequestLog {
  note(request: {
    readonly now: number;
    readonly verb: string;
    readonly token: string | null;
    readonly status: number;
    readonly fault: string | undefined;
  }): void;
  counts(): RequestCounts;
}

const KEPT_MINUTES = 1440;

/** Tokens that are remembered, a few hundred bytes each; then all are forgotten. */
const KEPT_TOKENS = 100_000;

export function createRequestLog(): RequestLog {
  const statuses: Record<string, number> = {};
  const verbs: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const minutes = new Map<string, number>();
  const recent = createMovingMinute();
  const tokens = new Set<string>();
  let requests = 0;
  let resumed = 0;
  let repeatedTokens = 0;
  const noteToken = (token: string): void => {
    resumed++;
    if (tokens.has(token)) repeatedTokens++;
    if (tokens.size === KEPT_TOKENS) tokens.clear();
    tokens.add(token);
  };
  const add = (counts: Record<string, number>, name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);
  return {
    note: (request) => {
      requests++;
      if (request.token !== null) noteToken(request.token);
      add(statuses, String(request.status));
      add(verbs, request.verb);
      if (request.fault !== undefined) add(faults, request.fault);
      recent.note(request.now);
      const minute = `${new Date(request.now).toISOString().slice(0, 16)}Z`;
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
      if (minutes.size > KEPT_MINUTES) minutes.delete(minutes.keys().next().value as string);
    },
    counts: () => ({
      requests,
      resumed,
      repeatedTokens,
      statuses: { ...statuses },
      verbs: { ...verbs },
      faults: { ...faults },
      refused429: statuses['429'] ?? 0,
      maxInAnyMinute: recent.most(),
      perMinute: Object.fromEntries(minutes),
    }),
  };
}

/** A queue of the times of the last minute; a moving head instead of `shift` keeps it cheap at thousands a second. */
function createMovingMinute(): { note(now: number): void; most(): number } {
  let times: number[] = [];
  let head = 0;
  let most = 0;
  return {
    note: (now) => {
      times.push(now);
      while ((times[head] as number) <= now - 60_000) head++;
      if (head > 10_000) {
        times = times.slice(head);
        head = 0;
      }
      most = Math.max(most, times.length - head);
    },
    most: () => most,
  };
}
