import { boundWaitMs } from './bounds.ts';

/**
 * A walk over one list (ListRecords or ListIdentifiers), as a pure state machine: no clock, no network.
 *
 *              page, token                 page, token
 *   opening ────────────────▶ following ─────────────────▶ following
 *      │ page, no token           │ page, no token
 *      ▼                          ▼
 *     end                        end
 *
 * Invariants
 * - A token is sent once. Where an answer to a token request is lost or is a server error, the server may have moved
 *   on already (Zenodo's tokens advance a scroll), so the list is begun again. A request without a token, and one
 *   that was turned away before it reached the application (429), may be repeated.
 * - A list is complete only when it ended and as many different identifiers arrived as the server declared.
 *   The walk counts what arrived; who holds the identifiers counts the different ones.
 * - The largest size that any page declared counts. A size that shrinks may be an honest revision, but where a record
 *   leaves a list that the server pages by offset, the record behind it moves up and is never sent. A new walk of the
 *   list declares the smaller size from its first page on, and is complete.
 */

/** How far a walk has come. Replaced, never changed. */
export interface Walk {
  readonly state: 'opening' | 'following';
  /** The token to send next; null while opening. */
  readonly token: string | null;
  /** When that token dies, as the server said; null if it did not say. */
  readonly tokenExpiresAt: Date | null;
  /** Pages and records that arrived. */
  readonly pages: number;
  readonly received: number;
  /** The largest usable `completeListSize`; null while the server gave none. */
  readonly declared: number | null;
  /** Whether `from` is the server's earliestDatestamp, since it refuses `until` without `from`. */
  readonly sendsFrom: boolean;
  readonly emptyInARow: number;
  readonly repeats: number;
  /** Whether an answer was asked for a second time because it is hard to believe. */
  readonly doubted: boolean;
  /** What the loop guard compares with: see `looped`. */
  readonly mark: { readonly print: string; readonly at: number } | null;
}

/** What an answer was. `retryAfterMs` is the server's wish, where it had one. */
export type WalkEvent =
  | {
      readonly kind: 'page';
      readonly records: number;
      /** The first identifier on the page. */
      readonly first: string | null;
      /** Records whose datestamp lies outside the window that was asked for. */
      readonly outside: number;
      readonly token: string | null;
      readonly tokenExpiresAt: Date | null;
      readonly declared: number | null;
    }
  | { readonly kind: 'noRecordsMatch' }
  | { readonly kind: 'badResumptionToken' }
  /** Any other OAI-PMH error: the request itself is wrong. `badArgument`: the server says that its arguments are. */
  | { readonly kind: 'refused'; readonly reason: string; readonly badArgument?: boolean }
  | { readonly kind: 'tooManyRequests'; readonly retryAfterMs: number | null }
  | { readonly kind: 'serverError'; readonly retryAfterMs: number | null; readonly reason: string }
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** No usable answer: time out, reset, cut or unreadable body, an HTML page. */
  | { readonly kind: 'noReply'; readonly reason: string }
  /** An answer that no process survives reading, or that is larger than the limit. A repeated request would bring the same. */
  | { readonly kind: 'deadly'; readonly reason: string };

/** The next action of a walk, as `nextStep` decides it. */
export type WalkDecision =
  /** Send `walk.token`. */
  | { readonly do: 'follow'; readonly walk: Walk }
  /** Send the same request again: it consumed nothing. */
  | { readonly do: 'repeat'; readonly walk: Walk; readonly afterMs: number }
  /** Begin the list again, as its place in it is lost. `deadly`: it would come to the same page, which cannot be read. */
  | { readonly do: 'restart'; readonly walk: Walk; readonly afterMs: number; readonly reason: string; readonly deadly?: true }
  /** The list is too long for one walk: cut the window. */
  | { readonly do: 'split'; readonly walk: Walk; readonly declared: number }
  /** The server does not look at `from` and `until`: windows are no use. */
  | { readonly do: 'unselective'; readonly walk: Walk }
  | { readonly do: 'end'; readonly walk: Walk }
  /** Nothing that is sent to this server will do. `forGood`: it refuses the request itself, so that it is no use later either. */
  | { readonly do: 'stop'; readonly walk: Walk; readonly reason: string; readonly forGood: boolean };

/** What a walk may do: how long a list it follows, how often it repeats a request, whether a token may be sent twice. */
export interface WalkLimits {
  /** A list longer than this is split; null: walk it whatever its length. */
  readonly maxListSize: number | null;
  /** Whether tokens may be sent twice (the server keeps no place): then a lost answer costs one request. */
  readonly tokensRepeatable: boolean;
  /** Repeats of one request before the list is begun again. */
  readonly maxRepeats: number;
  /** The request has `until` and no `from`, and the earliest datestamp of the server is known. */
  readonly canSendFrom?: boolean;
}

/** A walk that has sent no request yet: the first argument of `nextStep`. */
export const newWalk: Walk = {
  state: 'opening',
  token: null,
  tokenExpiresAt: null,
  pages: 0,
  received: 0,
  declared: null,
  sendsFrom: false,
  emptyInARow: 0,
  repeats: 0,
  doubted: false,
  mark: null,
};

const baseDelayMs = 1_000;
const maxDelayMs = 60_000;

/** Doubling delay before try number `tries` + 1, never under what the server asked for, and at most a day. */
export function backoffMs(tries: number, retryAfterMs: number | null): number {
  return Math.max(Math.min(baseDelayMs * 2 ** tries, maxDelayMs), boundWaitMs(retryAfterMs ?? 0));
}

type Kind = WalkEvent['kind'];
type EventOf<K extends Kind> = Extract<WalkEvent, { kind: K }>;
type Cell<K extends Kind> = (walk: Walk, event: EventOf<K>, limits: WalkLimits) => WalkDecision;

const repeat = (walk: Walk, retryAfterMs: number | null, limits: WalkLimits, reason: string): WalkDecision => {
  const afterMs = backoffMs(walk.repeats, retryAfterMs);
  return walk.repeats < limits.maxRepeats
    ? { do: 'repeat', walk: { ...walk, repeats: walk.repeats + 1 }, afterMs }
    : { do: 'restart', walk, afterMs, reason };
};

const lost = (walk: Walk, retryAfterMs: number | null, limits: WalkLimits, reason: string): WalkDecision =>
  limits.tokensRepeatable
    ? repeat(walk, retryAfterMs, limits, reason)
    : { do: 'restart', walk, afterMs: backoffMs(0, retryAfterMs), reason };

const stop = (walk: Walk, reason: string, forGood: boolean): WalkDecision => ({ do: 'stop', walk, reason, forGood });

/** Every state meets every event: a missing cell does not compile. */
const table: { readonly [S in Walk['state']]: { readonly [K in Kind]: Cell<K> } } = {
  opening: {
    page: (walk, event, limits) => {
      // Asking again costs one request and consumes nothing; a single bad answer must not cost records or windows.
      if ((isUnselective(event) || isBarren(event)) && !walk.doubted) return { do: 'repeat', walk: { ...walk, doubted: true }, afterMs: 0 };
      if (isUnselective(event)) return { do: 'unselective', walk };
      const declared = event.declared ?? (event.token === null ? event.records : 0);
      // A list that ends on its first page needs no cut, whatever it declares.
      if (event.token !== null && limits.maxListSize !== null && declared > limits.maxListSize) return { do: 'split', walk, declared };
      return turn(walk, event);
    },
    noRecordsMatch: (walk) => ({ do: 'end', walk: { ...walk, declared: 0 } }),
    badResumptionToken: (walk) => stop(walk, 'the server says badResumptionToken to a request without a token', true),
    // Some servers refuse `until` without `from` (django-oai-pmh 0.3.9), which the protocol permits.
    refused: (walk, event, limits) =>
      limits.canSendFrom && event.badArgument && !walk.sendsFrom
        ? { do: 'repeat', walk: { ...walk, sendsFrom: true }, afterMs: 0 }
        : stop(walk, event.reason, true),
    tooManyRequests: (walk, event, limits) => repeat(walk, event.retryAfterMs, limits, 'too many requests'),
    serverError: (walk, event, limits) => repeat(walk, event.retryAfterMs, limits, event.reason),
    forbidden: (walk, event) => stop(walk, event.reason, false),
    noReply: (walk, event, limits) => repeat(walk, null, limits, event.reason),
    deadly: (walk, event) => ({ ...restart(walk, event.reason), deadly: true }),
  },
  following: {
    page: (walk, event) =>
      isUnselective(event) ? restart(walk, 'most records of a later page lie outside the dates that were asked for') : turn(walk, event),
    noRecordsMatch: (walk) => restart(walk, 'the list broke off with noRecordsMatch'),
    badResumptionToken: (walk) => restart(walk, 'the resumptionToken had expired'),
    refused: (walk, event) => restart(walk, event.reason),
    tooManyRequests: (walk, event, limits) => repeat(walk, event.retryAfterMs, limits, 'too many requests'),
    serverError: (walk, event, limits) => lost(walk, event.retryAfterMs, limits, event.reason),
    forbidden: (walk, event) => stop(walk, event.reason, false),
    noReply: (walk, event, limits) => lost(walk, null, limits, event.reason),
    deadly: (walk, event) => ({ ...restart(walk, event.reason), deadly: true }),
  },
};

const isUnselective = (page: EventOf<'page'>): boolean => page.records > 0 && page.outside * 2 > page.records;
/** A list without records, where noRecordsMatch should have been: records may have been withheld, and no count would show it. */
const isBarren = (page: EventOf<'page'>): boolean => page.records === 0 && page.token === null;

const restart = (walk: Walk, reason: string): Extract<WalkDecision, { do: 'restart' }> => ({
  do: 'restart',
  walk,
  afterMs: baseDelayMs,
  reason,
});

/** Takes a page in: counts it, and says whether the list goes on, ended, or has lost its way. */
function turn(before: Walk, page: EventOf<'page'>): WalkDecision {
  const walk: Walk = {
    ...before,
    state: 'following',
    token: page.token,
    tokenExpiresAt: page.tokenExpiresAt,
    pages: before.pages + 1,
    received: before.received + page.records,
    declared: larger(before.declared, page.declared),
    emptyInARow: page.records === 0 ? before.emptyInARow + 1 : 0,
    repeats: 0,
    mark: nextMark(before, page),
  };
  if (page.token === null) return { do: 'end', walk };
  if (walk.emptyInARow > maxEmptyInARow) return restart(walk, `${walk.emptyInARow} empty pages in a row`);
  if (looped(before, page)) return restart(walk, 'the resumptionTokens lead in a circle');
  if (overgrown(walk)) return restart(walk, `${walk.received} records came of ${walk.declared} declared, and more were promised`);
  return { do: 'follow', walk };
}

const larger = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

const maxEmptyInARow = 3;

/** A list that goes on far beyond what it declared. Some servers only estimate, so the margin is wide. */
const overgrown = (walk: Walk): boolean => walk.declared !== null && walk.declared > 0 && walk.received > walk.declared * 2 + 1_000;

/**
 * Brent's way of finding a circle in constant memory: the print of a page is kept at pages 1, 2, 4, 8 …, and a page
 * that looks like the kept one closes the circle. A token alone is no evidence, as servers that keep the place in a
 * session may hand out the same one forever.
 */
const print = (page: EventOf<'page'>): string => `${page.token}\n${page.first}\n${page.records}`;
const looped = (before: Walk, page: EventOf<'page'>): boolean =>
  page.records > 0 && before.mark !== null && before.mark.print === print(page);
const nextMark = (before: Walk, page: EventOf<'page'>): Walk['mark'] => {
  const at = before.pages + 1;
  return before.mark === null || at >= before.mark.at * 2 ? { print: print(page), at } : before.mark;
};

/**
 * What to do after an answer.
 *
 * @example
 * let decision = nextStep(newWalk, await ask(null), limits);
 * while (decision.do === 'follow') decision = nextStep(decision.walk, await ask(decision.walk.token), limits);
 */
export function nextStep(walk: Walk, event: WalkEvent, limits: WalkLimits): WalkDecision {
  const cell = table[walk.state][event.kind] as Cell<Kind>;
  return cell(walk, event, limits);
}

/** Whether the token will be dead when it is sent `afterMs` from `now`. */
export const tokenExpires = (walk: Walk, now: Date, afterMs: number): boolean =>
  walk.tokenExpiresAt !== null && now.getTime() + afterMs >= walk.tokenExpiresAt.getTime();
