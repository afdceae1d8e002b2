import { errorAnswer, htmlAnswer } from '../answer.ts';
import type { SimAnswer } from '../answer.ts';
import { fraction } from '../random.ts';
import { BAD_TOKEN_TEXT } from '../oai-pmh/request.ts';

/**
 * All faults. Those of the first group replace the answer of the repository; with `consumed` (the defaults are in the table) the list
 * advances and its answer is lost.
 */
export const FAULTS = {
  'token-expired': 'HTTP 422 badResumptionToken',
  'http-403': '403 HTML',
  'http-429': '429 HTML; Retry-After if given',
  'http-500': '500 HTML; the page is consumed, as on Zenodo',
  'http-502': '502 HTML',
  'http-503': '503 HTML; Retry-After if given',
  'http-504': '504 HTML after the page was consumed',
  'html-200': 'an HTML page with status 200',
  'cut-before-headers': 'the connection closes without an answer',

  'cut-after-consumed': 'the connection closes without an answer, after the page was consumed',
  'cut-body': 'the connection closes in the middle of the body; the page is consumed',
  stall: 'headers, then nothing for `ms` (default 600,000), then the connection closes',
  'slow-body': 'the body comes in 20 pieces over `ms` (default 2,000)',

  'cut-xml': 'status 200 and a correct length, but the document ends in the middle',
  'control-character': 'U+0001 in the title of one record',
  'invalid-utf8': 'bytes FF FE in the title of one record',
  'bare-ampersand': 'an unescaped & in the title of one record',
  'gzip-unannounced': 'a gzip body without Content-Encoding',
  'wrong-content-type': 'text/html around sound XML',

  'token-repeated': 'the page carries the token that it was asked for with',
  'token-cycle': 'the token leads back two pages',
  'list-grows': 'three new records join the list before this page; completeListSize grows',
  'list-shrinks': 'a record that was sent leaves the list, so the next one moves up and is never sent; completeListSize shrinks',
  'empty-page': 'the records of the page are withheld, the token is there',
  'size-absent': 'no completeListSize',
  'size-wrong': 'completeListSize is 7 too high',
  'size-not-a-number': "completeListSize=\"{u'relation': u'eq', u'value': 257}\", as Zenodo had it in 2021",
  'cursor-absent': 'no cursor',
  'from-ignored': 'the list starts at the first record whatever `from` says (acts on first requests)',
  'until-alone-refused': 'badArgument to `until` without `from` (acts on first requests)',
  'day-datestamps': 'datestamps without a time',

  'dump-no-range': 'a dump is sent from its beginning whatever Range says, without Content-Length and ETag (verb DUMP)',
  'dump-replaced': 'the connection closes in the middle of a dump, and afterwards there are only new versions (verb DUMP)',
  'dump-wrong-checksum': 'the exporter lists checksums that no file has (verb EXPORTER)',
} as const;

export type FaultName = keyof typeof FAULTS;

/** A fault and when it happens: at a place, in a share of all requests, or (if neither is given) at the first matching request. */
export interface Fault {
  readonly fault: FaultName;
  readonly at?: FaultPlace;
  /** Share of the matching requests, 0 to 1. The seed and the number of a request decide which ones. */
  readonly rate?: number;
  /** Maximum number of times; default 1, with `rate` unlimited. */
  readonly times?: number;
  /** Seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  /** Whether the list advances although the answer is lost. */
  readonly consumed?: boolean;
  /** For `stall` and `slow-body`. */
  readonly ms?: number;
}

/** All conditions given must match. Without `verb` and `request` only list requests match, except for faults of dumps. */
export interface FaultPlace {
  /** Page of the list, from 1, by the token that asks for it. */
  readonly page?: number;
  /** Number of the request to this server, from 1. */
  readonly request?: number;
  readonly verb?: string;
  /** `set` of a first request. */
  readonly set?: string;
}

/** Reads a list of faults from JSON. Throws a TypeError that names the fault in it. */
export function checkFaults(value: unknown): Fault[] {
  if (!Array.isArray(value)) throw new TypeError('a list of faults is needed');
  for (const one of value as { fault?: string }[]) {
    if (!Object.hasOwn(FAULTS, one.fault ?? '')) throw new TypeError(`no fault is called ${one.fault}`);
  }
  return value as Fault[];
}

/** The request that a fault's place is compared with. */
export interface FaultContext {
  readonly requestNumber: number;
  readonly verb: string;
  readonly page: number;
  readonly set: string | null;
}

export interface FaultPlan {
  /** The first fault that matches this request; counts it as used. */
  take(context: FaultContext): Fault | undefined;
  add(faults: readonly Fault[]): void;
  clear(): void;
}

export function createFaultPlan(faults: readonly Fault[], seed: number): FaultPlan {
  let plan = faults.map((fault) => ({ fault, used: 0 }));
  return {
    take: (context) => {
      const found = plan.find(
        ({ fault, used }, index) => used < (fault.times ?? (fault.rate === undefined ? 1 : Infinity)) && fits(fault, context, seed + index),
      );
      if (found !== undefined) found.used++;
      return found?.fault;
    },
    add: (more) => void plan.push(...more.map((fault) => ({ fault, used: 0 }))),
    clear: () => void (plan = []),
  };
}

/** Faults that affect one kind of request only. */
const OWN_VERBS: Partial<Record<FaultName, string>> = {
  'dump-no-range': 'DUMP',
  'dump-replaced': 'DUMP',
  'dump-wrong-checksum': 'EXPORTER',
};

function fits({ fault, at = {}, rate }: Fault, context: FaultContext, seed: number): boolean {
  const list = context.verb === 'ListRecords' || context.verb === 'ListIdentifiers';
  const own = OWN_VERBS[fault];
  if (own !== undefined && own !== context.verb) return false;
  if (at.verb === undefined && at.request === undefined && own === undefined && !list) return false;
  if (at.verb !== undefined && at.verb !== context.verb) return false;
  if (at.request !== undefined && at.request !== context.requestNumber) return false;
  if (at.page !== undefined && (!list || at.page !== context.page)) return false;
  if (at.set !== undefined && at.set !== context.set) return false;
  return rate === undefined || fraction(seed, context.requestNumber, 81) < rate;
}

/** Answers that replace the repository's; undefined for faults that change the repository's own answer. */
export function answerInstead(fault: Fault, baseURL: string, now: number): SimAnswer | undefined {
  const retry: Record<string, string> = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  switch (fault.fault) {
    case 'token-expired':
      return errorAnswer(baseURL, now, 'badResumptionToken', BAD_TOKEN_TEXT);
    case 'http-403':
      return htmlAnswer(403);
    case 'http-429':
      return htmlAnswer(429, retry);
    case 'http-500':
      return htmlAnswer(500);
    case 'http-502':
      return htmlAnswer(502);
    case 'http-503':
      return htmlAnswer(503, retry);
    case 'http-504':
      return htmlAnswer(504);
    case 'html-200':
      return htmlAnswer(200);
    case 'cut-before-headers':
    case 'cut-after-consumed':
      return { ...htmlAnswer(500), transport: { kind: 'cut-before-headers' } };
    default:
      return undefined;
  }
}

/** Whether a fault that replaces the answer advances the list. */
export function consumes({ fault, consumed }: Fault): boolean {
  return consumed ?? (fault === 'http-500' || fault === 'http-504' || fault === 'cut-after-consumed');
}
