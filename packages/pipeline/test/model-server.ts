import type { DateWindow, WalkEvent } from '@thresher/oai';

/** What can happen to a request in the model. `lost…`: no answer; `…AfterTurn`: the page has been taken off the list all the same. */
export type ModelFault =
  | 'lost'
  | 'lostAfterTurn'
  | 'serverError'
  | 'serverErrorAfterTurn'
  | 'tooManyRequests'
  | 'badResumptionToken'
  | 'emptyPage'
  | 'sizeAbsent'
  | 'sizeTooHigh'
  | 'tokenRepeated'
  | 'tokenCycle'
  | 'endsEarly'
  | 'fromIgnored';

export interface ModelOptions {
  /** Datestamps in seconds; the record's number is its identifier. */
  readonly datestamps: readonly number[];
  readonly pageSize: number;
  /** False: no list says how long it is. */
  readonly declares: boolean;
  /** Lists come by date instead of in no order. */
  readonly byDate?: boolean;
  readonly faultOf: (request: number, opening: boolean) => ModelFault | null;
}

export interface ModelAnswer {
  readonly event: WalkEvent;
  readonly identifiers: readonly number[];
  /** Of these, in milliseconds since 1970. */
  readonly datestamps: readonly number[];
}

interface OpenList {
  readonly records: readonly number[];
  at: number;
}

/** A server of lists as Zenodo's: a token advances a scroll whether or not its answer arrives. Pure except its scrolls. */
export interface ModelServer {
  requests(): number;
  answer(token: string | null, window: DateWindow): ModelAnswer;
  /** The records of a window. */
  within(window: DateWindow): readonly number[];
}

export function createModelServer(options: ModelOptions): ModelServer {
  const order = options.datestamps.map((_, number) => number).sort((a, b) => options.datestamps[a]! - options.datestamps[b]! || a - b);
  const lists = new Map<number, OpenList>();
  let requests = 0;
  const within = (window: DateWindow): number[] => {
    const bound = (seconds: number): number => lowerBound(order, options.datestamps, seconds);
    const first = window.from === null ? 0 : bound(window.from.getTime() / 1_000);
    return order.slice(first, window.until === null ? order.length : bound(window.until.getTime() / 1_000 + 1));
  };
  const open = (window: DateWindow): [number, number] | null => {
    // Not by date, as on Zenodo.
    const records = options.byDate === true ? within(window) : within(window).sort((a, b) => scattered(a) - scattered(b));
    lists.set(requests, { records, at: 0 });
    return records.length === 0 ? null : [requests, 1];
  };
  return {
    requests: () => requests,
    within,
    answer(token, window) {
      const fault = options.faultOf(++requests, token === null);
      const before = answerBefore(fault, token);
      if (before !== null) return before;
      const place =
        token === null
          ? open(fault === 'fromIgnored' ? { ...window, from: null } : window)
          : (token.split('.').map(Number) as [number, number]);
      if (place === null) return bare({ kind: 'noRecordsMatch' });
      const list = lists.get(place[0])!;
      const page = turn(options, list, place, fault, token);
      if (fault === 'lostAfterTurn') return bare({ kind: 'noReply', reason: 'cut' });
      if (fault === 'serverErrorAfterTurn') return bare({ kind: 'serverError', retryAfterMs: null, reason: '504' });
      const datestamps = page.identifiers.map((number) => options.datestamps[number]!);
      const outside = datestamps.filter((seconds) => !inside(seconds, window)).length;
      return { identifiers: page.identifiers, datestamps: datestamps.map((seconds) => seconds * 1_000), event: { ...page.event, outside } };
    },
  };
}

const bare = (event: WalkEvent): ModelAnswer => ({ event, identifiers: [], datestamps: [] });

function answerBefore(fault: ModelFault | null, token: string | null): ModelAnswer | null {
  switch (fault) {
    case 'lost':
      return bare({ kind: 'noReply', reason: 'reset' });
    case 'serverError':
      return bare({ kind: 'serverError', retryAfterMs: null, reason: '502' });
    case 'tooManyRequests':
      return bare({ kind: 'tooManyRequests', retryAfterMs: 1_000 });
    case 'badResumptionToken':
      return token === null ? null : bare({ kind: 'badResumptionToken' });
    default:
      return null;
  }
}

/** The next page of a list, whatever the token says of its number: that decides only whether more is promised. */
function turn(options: ModelOptions, list: OpenList, [id, number]: [number, number], fault: ModelFault | null, token: string | null) {
  const { pageSize } = options;
  const identifiers = fault === 'emptyPage' ? [] : list.records.slice(list.at, list.at + pageSize);
  list.at = fault === 'tokenCycle' ? Math.max(0, list.at - pageSize) : Math.min(list.at + pageSize, list.records.length);
  const hasNext = fault !== 'endsEarly' && number * pageSize <= list.records.length;
  const next =
    fault === 'tokenRepeated' && token !== null ? token : `${id}.${fault === 'tokenCycle' ? Math.max(1, number - 1) : number + 1}`;
  const declared =
    !options.declares || fault === 'sizeAbsent' || (number === 1 && list.records.length < pageSize)
      ? null
      : list.records.length + (fault === 'sizeTooHigh' ? 7 : 0);
  const event = {
    kind: 'page',
    records: identifiers.length,
    first: identifiers.length === 0 ? null : String(identifiers[0]),
    outside: 0,
    token: hasNext ? next : null,
    tokenExpiresAt: null,
    declared,
  } as const;
  return { identifiers, event };
}

const scattered = (number: number): number => Math.imul(number ^ 0x5bd1e995, 0x9e3779b1) >>> 0;

const inside = (seconds: number, window: DateWindow): boolean =>
  (window.from === null || seconds * 1_000 >= window.from.getTime()) &&
  (window.until === null || seconds * 1_000 < window.until.getTime() + 1_000);

function lowerBound(order: readonly number[], datestamps: readonly number[], seconds: number): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (datestamps[order[middle]!]! < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}
