import { isDivisible, splitByDensity, splitWindow, type DateWindow, type Granularity, type WalkDecision } from '@thresher/oai';

/** How the walk over a window's list came to its end, where the run can go on. */
export type Ending = Extract<WalkDecision, { do: 'split' | 'restart' | 'end' }>;

/** The state of a window when its list ended or broke off. */
export interface Outcome {
  readonly window: DateWindow;
  readonly granularity: Granularity;
  readonly earliest: Date | null;
  /** How often its list was begun, since it was planned or last repaired. */
  readonly attempt: number;
  /** Pages that the last attempt brought. */
  readonly pages: number;
  /** Requests to the server, for this list or others, since it answered the last time. */
  readonly silence: number;
  /** It was cut out of another window. */
  readonly isPart: boolean;
  /** What the window that it was cut out of had declared; null if there was none, or it never did. */
  readonly parentDeclared: number | null;
  /** Datestamps of records that came, in milliseconds since 1970. */
  readonly sample: readonly number[];
  /** What the server declared in the last attempt; null if it never did. */
  readonly declared: number | null;
  /** False if the sizes that the server declares in this run contradict each other, see `sizesAgree`. */
  readonly sizesAgree: boolean;
  /** Different records that the last attempt brought. */
  readonly distinct: number;
  /** The shortfall of the attempt before, if that one ended too. */
  readonly lastShortfall: number | null;
  /** It was cut out of a window whose list had come short. */
  readonly parentShort: boolean;
  readonly pageSize: number;
  /** How long a list should be, see `targetListSize`. */
  readonly target: number;
}

export type Plan =
  | { readonly then: 'walked'; readonly declared: number }
  | { readonly then: 'again'; readonly reason: string }
  | { readonly then: 'split'; readonly parts: readonly DateWindow[]; readonly reason: string }
  | { readonly then: 'short'; readonly reason: string }
  | { readonly then: 'failed'; readonly reason: string }
  /** Nothing at all comes from the server: the run has to wait for it. */
  | { readonly then: 'stop'; readonly reason: string };

/** Lists that end short are walked this often at most, then reported as short. */
const maxShortAttempts = 4;
/** A list that keeps breaking off and cannot be cut is given up after this many tries. */
const maxAttempts = 12;
/** A window that keeps breaking off is cut smaller after this many tries, even if it is short already. */
const attemptsBeforeCut = 3;
/** After this many requests in a row without an answer, with the waits between them (about ten minutes), the server counts as down. */
const maxSilence = 27;
/** How finely a window that came short is cut, once, to find where. */
const searchParts = 8;

/** What becomes of a window whose list turned out too long, broke off, or ended. */
export function replan(ending: Ending, outcome: Outcome): Plan {
  switch (ending.do) {
    case 'split':
      return { then: 'split', parts: cut(outcome, partsFor(ending.declared, outcome.target)), reason: 'too long for one list' };
    case 'restart':
      return ending.deadly ? afterDeadly(outcome, ending.reason) : afterBreak(outcome, ending.reason);
    case 'end':
      return afterEnd(outcome);
  }
}

/**
 * Cuts by the records that came, if they are a sample. They are none where the list comes by date, nor, it seems, where a
 * cut like that has just left most of a window in one part. Tried in a model with 100,000 and 1,000,000 records of uneven
 * density: 0.8 % more requests than pages instead of 2.4, and with 1 % of requests that break a list 19 instead of 23.
 */
function cut(o: Outcome, parts: number): readonly DateWindow[] {
  const lopsided = o.parentDeclared !== null && o.declared !== null && o.declared * 2 > o.parentDeclared;
  return lopsided || isOrdered(o.sample)
    ? splitWindow(o.window, parts, o.granularity, o.earliest)
    : splitByDensity(o.window, parts, o.sample, o.granularity, o.earliest);
}

function isOrdered(sample: readonly number[]): boolean {
  const direction = Math.sign((sample.at(-1) ?? 0) - (sample[0] ?? 0));
  return direction !== 0 && sample.every((at, i) => i === 0 || (at - sample[i - 1]!) * direction >= 0);
}

const canCut = (o: Outcome): boolean =>
  isDivisible(o.window, o.granularity, o.earliest) && (o.declared === null || o.declared > o.pageSize);

/**
 * What to do with a window whose list ended: it is through if as many different records came as were declared (more is
 * no loss: some servers estimate). A shortfall is walked again; one that stays is searched for in smaller windows once,
 * and what is short there twice with the same number is short. Sizes that contradict each other are no reason to search.
 */
export function afterEnd(o: Outcome): Plan {
  const declared = o.declared ?? o.distinct;
  const shortfall = declared - o.distinct;
  if (shortfall <= 0) return { then: 'walked', declared };
  const reason = `${o.distinct} different records came of ${declared} declared`;
  if (o.attempt < 2) return { then: 'again', reason };
  if (!o.sizesAgree)
    return {
      then: 'short',
      reason: `${reason}, in ${o.attempt} tries; the parts of a list declare more than the whole, so this size is doubtful`,
    };
  if (!o.parentShort && canCut(o)) return { then: 'split', parts: cut(o, searchParts), reason };
  const settled = o.lastShortfall === shortfall || o.attempt >= maxShortAttempts;
  return settled ? { then: 'short', reason: `${reason}, in ${o.attempt} tries` } : { then: 'again', reason };
}

/**
 * What to do with a window whose list broke off: begin it again, and smaller where long lists do not survive. Where
 * not even a first page comes while other lists are answered, something in the window upsets the server, and smaller
 * windows find it; if nothing is answered at all, the server is down, and cutting would only make windows.
 */
export function afterBreak(o: Outcome, reason: string): Plan {
  const down = o.pages === 0 && o.silence >= maxSilence;
  if (down && o.isPart) return { then: 'stop', reason: `${reason}, ${o.silence} times in a row` };
  if (canCut(o)) {
    const tooLong = o.sizesAgree && o.declared !== null && o.declared > o.target * 1.5;
    if (tooLong) return { then: 'split', parts: cut(o, partsFor(o.declared, o.target)), reason };
    if (o.attempt >= attemptsBeforeCut) return { then: 'split', parts: cut(o, 4), reason };
  }
  if (o.attempt >= maxAttempts) return { then: 'failed', reason: `${reason}, in ${o.attempt} tries` };
  return { then: 'again', reason };
}

/**
 * What to do with a window that has a page which no process survives reading, or which is too large: smaller windows keep
 * what lies around it. A server whose answers are all like that is not cut into ever smaller windows.
 */
function afterDeadly(o: Outcome, reason: string): Plan {
  if (o.pages === 0 && o.silence >= maxSilence) return { then: 'stop', reason: `${reason}, ${o.silence} times in a row` };
  return canCut(o) ? { then: 'split', parts: cut(o, 4), reason } : { then: 'failed', reason };
}

/** Into how many windows a list that turned out too long is cut. Density differs, so parts are cut again where need be. */
export function partsFor(declared: number, target: number): number {
  return Math.max(2, Math.min(64, Math.ceil(declared / target)));
}
