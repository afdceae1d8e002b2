import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import {
  formatDatestamp,
  isDivisible,
  type DateWindow,
  type Granularity,
  type ListPage,
  newWalk,
  nextStep,
  type OaiClient,
  type OaiReply,
  type RequestArguments,
  parseDatestamp,
  tokenExpires,
  type Walk,
  type WalkDecision,
  type WalkLimits,
} from '@thresher/oai';
import type { Db, ListVerb } from '@thresher/store/database';
import {
  beginAttempt,
  claimToken,
  commitPage,
  countDistinct,
  findWindow,
  holdsWindow,
  lastPage,
  type LeasedWindow,
  moveWindow,
  type Run,
  setPageAside,
  sizesAgree,
  splitIntoParts,
  type Window,
} from '@thresher/store/harvest';
import { elementHash } from '@thresher/store/write';
import { type Logger, measure } from '@thresher/runtime';
import { readList, type ListAnswer } from './list-request.ts';
import { readInChild, type ReadLimits } from './read-in-child.ts';
import type { RequestStats } from './request-stats.ts';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';
import { type Ending, type Outcome, type Plan, replan } from './replan.ts';
import { quarantinedRecord } from '../transform/store-pages.ts';
import { sendInTurn } from '../requests/ask-source.ts';

const compress = promisify(zstdCompress);

export interface WalkDeps {
  readonly db: Db;
  readonly client: OaiClient;
  readonly hostRateLimit: HostRateLimit;
  readonly requestStats: RequestStats;
  readonly log: Logger;
  /** Called with each page that is stored. Must not wait for anything. */
  readonly onPage: (pageId: number, records: number) => void;
  /** For reading what walkers have died of. */
  readonly readLimits?: ReadLimits;
}

/** What all windows of a run share. */
export interface RunContext {
  readonly run: Run;
  readonly sourceId: number;
  readonly verb: ListVerb;
  readonly granularity: Granularity;
  readonly earliest: Date | null;
  readonly tokensRepeatable: boolean;
}

/** Why a run cannot go on: what the server said, in a sentence. */
export class HarvestStoppedError extends Error {
  override readonly name = 'HarvestStoppedError';
  /** The server refuses the request itself (an unknown metadataPrefix, badArgument): the same request is no use later either. */
  readonly forGood: boolean;

  constructor(message: string, { forGood = false, ...options }: ErrorOptions & { readonly forGood?: boolean } = {}) {
    super(message, options);
    this.forGood = forGood;
  }
}

/** The server does not look at `from` and `until`, so windows are no use. */
export class UnselectiveError extends Error {
  override readonly name = 'UnselectiveError';
}

/** The window is no longer this walker's: its session was lost and another has taken over, or the run was dropped. */
class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * Walks the list of a window that was leased, from its beginning or from where a dead harvester left it, and moves the
 * window on: through, cut, planned again, short or failed. Waits for nothing but the pacer and its own page commits.
 *
 * @throws HarvestStoppedError, UnselectiveError for the run; whatever the database throws.
 */
export async function walkWindow(deps: WalkDeps, context: RunContext, window: LeasedWindow, signal: AbortSignal): Promise<void> {
  const log = deps.log.child({ window: window.id });
  try {
    const { walk, attempt, unsentPage } = await startingPoint(deps, window);
    const leased = { ...window, attempt };
    const sample: number[] = [];
    const decision = await followList(deps, context, leased, { walk, unsentPage, sample }, signal);
    await conclude(deps, context, leased, decision, sample, log);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    log.warn('window was taken over by another harvester, or its run was dropped');
  }
}

interface Place {
  readonly walk: Walk;
  readonly attempt: number;
  /** The page whose token `walk` sends next, if that token was certainly not sent before; null at a beginning. */
  readonly unsentPage: number | null;
}

/**
 * A list that its harvester left in the middle may be gone on with only if its token lives and was certainly never
 * sent; else it begins again.
 */
async function startingPoint(deps: WalkDeps, window: LeasedWindow): Promise<Place> {
  const page = window.taken_over && window.attempt > 0 ? await lastPage(deps.db, window.id, window.attempt) : undefined;
  if (page === undefined || page.token_sent || page.resumption_token === null || page.token_expires_at === null)
    return beginning(deps, window);
  const walk: Walk = {
    ...newWalk,
    state: 'following',
    token: page.resumption_token,
    tokenExpiresAt: page.token_expires_at,
    pages: page.number + 1,
    received: window.received,
    declared: window.declared,
  };
  if (tokenExpires(walk, new Date(), safetyMs)) return beginning(deps, window);
  deps.log.info({ window: window.id, page: page.number }, 'list gone on with: its token was never sent');
  return { walk, attempt: window.attempt, unsentPage: page.id };
}

async function beginning(deps: WalkDeps, window: Window): Promise<Place> {
  const attempt = await beginAttempt(deps.db, window);
  if (attempt === null) throw leaseLost();
  return { walk: newWalk, attempt, unsentPage: null };
}

const leaseLost = (): LeaseLostError => new LeaseLostError('the window is no longer this walker’s');

/** A token that dies sooner than this is not sent any more. */
const safetyMs = 2_000;

interface Beginning extends Omit<Place, 'attempt'> {
  /** Takes datestamps of the records that come. */
  readonly sample: number[];
}

type Conclusion = Exclude<WalkDecision, { do: 'follow' | 'repeat' }>;

/** After these the page belongs to the list; else the same place is asked for again, or the window is cut. */
const keeps: ReadonlySet<WalkDecision['do']> = new Set(['follow', 'end', 'restart']);

async function followList(deps: WalkDeps, context: RunContext, window: Window, from: Beginning, signal: AbortSignal): Promise<Conclusion> {
  const bounds: DateWindow = { from: window.from_datestamp, until: window.until_datestamp };
  let limits: WalkLimits = {
    maxListSize: isDivisible(bounds, context.granularity, context.earliest) ? deps.requestStats.maxListSize() : null,
    tokensRepeatable: context.tokensRepeatable,
    maxRepeats: 8,
    canSendFrom: isLeftOpen(bounds, context.earliest),
  };
  let { walk, unsentPage } = from;
  for (;;) {
    const waitedFrom = performance.now();
    const turn = await deps.hostRateLimit.turn(walk.tokenExpiresAt, signal);
    if (tokenExpires(walk, new Date(), 0)) return { do: 'restart', walk, afterMs: 0, reason: 'the resumptionToken died while it waited' };
    const permission = await permissionToSend(deps.db, window, walk, unsentPage, performance.now() - waitedFrom);
    if (permission === 'lost') throw leaseLost();
    if (permission === 'sent') return { do: 'restart', walk, afterMs: 0, reason: 'the resumptionToken may have been sent before' };
    const request = requestFor(context, window, walk);
    const send = () => sendInTurn(deps.hostRateLimit, turn, () => deps.client.request(request, signal));
    const findDeath = window.deaths < deathsBelieved ? null : (reply: OaiReply) => readInChild(reply, signal, deps.readLimits);
    const answer = await deps.requestStats.time(() => readList(deps.client, send, bounds, context.granularity, signal, findDeath));
    if (answer.deadly !== null) await setAside(deps, context, window, walk, answer.reply!, answer.deadly);
    if (isAnswer.has(answer.event.kind)) deps.requestStats.answered();
    takeSample(from.sample, answer.page);
    let decision = nextStep(walk, answer.event, limits);
    if (decision.do === 'split' && !(await sizesAgree(deps.db, window, decision.declared))) {
      limits = { ...limits, maxListSize: null };
      decision = nextStep(walk, answer.event, limits);
    }
    if (answer.page !== null && keeps.has(decision.do)) {
      const pageId = await keepPage(deps, context, window, { walk, declared: decision.walk.declared }, answer.page, answer);
      unsentPage = deps.hostRateLimit.perMinute() === null ? null : pageId;
      deps.requestStats.records(answer.page.records.length);
    } else {
      unsentPage = null;
    }
    if (decision.do === 'repeat') {
      deps.log.warn({ window: window.id, afterMs: decision.afterMs, event: answer.event }, 'request repeated');
      await deps.hostRateLimit.pause(jittered(decision.afterMs));
    } else if (decision.do !== 'follow') return decision;
    walk = decision.walk;
  }
}

/** Whether a list begins before anything that the server has, and `until` bounds it. */
const isLeftOpen = ({ from, until }: DateWindow, earliest: Date | null): boolean =>
  from === null && until !== null && earliest !== null && earliest <= until;

/** After this many deaths of its walkers the pages of a window are suspected, although the cause may be another. */
const deathsBelieved = 2;

const isAnswer: ReadonlySet<ListAnswer['event']['kind']> = new Set(['page', 'noRecordsMatch']);

/** A page that was stored with its token marked as sent permits the next request for so long; then the window may be lost. */
const freshMs = 500;

/**
 * Asks the ledger, right before a request, whether this walker may send it. `lost`: the lease has ended, because the
 * window was taken over or the run dropped; `sent`: the window is held, but its token may have been sent already.
 */
async function permissionToSend(
  db: Db,
  window: Window,
  walk: Walk,
  unsentPage: number | null,
  waitedMs: number,
): Promise<'given' | 'lost' | 'sent'> {
  if (unsentPage !== null && (await claimToken(db, window, unsentPage))) return 'given';
  if (unsentPage === null && walk.token !== null && waitedMs < freshMs) return 'given';
  if (!(await holdsWindow(db, window))) return 'lost';
  return unsentPage === null ? 'given' : 'sent';
}

/** More would not make a cut better. */
const maxSample = 2_000;

function takeSample(sample: number[], page: ListPage | null): void {
  for (const { header } of page?.records ?? []) {
    if (sample.length >= maxSample) return;
    const at = parseDatestamp(header.datestamp);
    if (at !== null) sample.push(at.getTime());
  }
}

/** A tenth more at random, so that harvesters that were turned away together do not come back together. */
const jittered = (ms: number): number => Math.round(ms * (1 + Math.random() / 10));

function requestFor(context: RunContext, window: Window, walk: Walk): RequestArguments {
  if (walk.token !== null) return { verb: context.verb, resumptionToken: walk.token };
  const from = window.from_datestamp ?? (walk.sendsFrom ? context.earliest : null);
  return {
    verb: context.verb,
    metadataPrefix: context.run.metadata_prefix,
    ...(window.set_spec === null ? {} : { set: window.set_spec }),
    ...(from === null ? {} : { from: formatDatestamp(from, context.granularity) }),
    ...(window.until_datestamp === null ? {} : { until: formatDatestamp(window.until_datestamp, context.granularity) }),
  };
}

/** `walk` as it was when the page was requested; `declared`: what the list is to hold with this page. */
interface PageOfWalk {
  readonly walk: Walk;
  readonly declared: number | null;
}

async function keepPage(
  deps: WalkDeps,
  context: RunContext,
  window: Window,
  { walk, declared }: PageOfWalk,
  page: ListPage,
  answer: ListAnswer,
): Promise<number> {
  const bytes = answer.reply!.bytes;
  const token = page.resumptionToken;
  const pageId = await commitPage(
    deps.db,
    {
      source_id: context.sourceId,
      number: walk.pages,
      verb: context.verb,
      response_date: parseDatestamp(page.responseDate),
      content: await compress(bytes),
      content_length: bytes.byteLength,
      record_count: page.records.length + page.faults.length,
      identifiers: page.records.map((record) => record.header.identifier),
      ...(context.verb === 'ListRecords' && {
        record_hashes: page.records.map((it) => elementHash(bytes.subarray(it.byteStart, it.byteEnd))),
      }),
      resumption_token: token?.value ?? null,
      token_expires_at: answer.event.kind === 'page' ? answer.event.tokenExpiresAt : null,
      token_sent: deps.hostRateLimit.perMinute() === null,
    },
    window,
    declared,
    page.faults.map(quarantinedRecord),
  );
  if (pageId === null) throw leaseLost();
  measure('pages', { verb: context.verb });
  if (page.faults.length > 0) measure('records', { outcome: 'quarantined' }, page.faults.length);
  deps.onPage(pageId, page.records.length);
  return pageId;
}

/** Stores the bytes of an answer that no process can read, and logs it. None of its records counts as received. */
async function setAside(
  { db, log, hostRateLimit }: WalkDeps,
  context: RunContext,
  window: Window,
  walk: Walk,
  { bytes }: OaiReply,
  sentence: string,
): Promise<void> {
  log.error({ window: window.id, page: walk.pages }, sentence);
  const page = {
    source_id: context.sourceId,
    number: walk.pages,
    verb: context.verb,
    response_date: null,
    content: await compress(bytes),
    content_length: bytes.byteLength,
    record_count: 0,
    identifiers: [],
    resumption_token: null,
    token_expires_at: null,
    token_sent: hostRateLimit.perMinute() === null,
  };
  const id = await commitPage(db, page, window, null, []);
  if (id === null) throw leaseLost();
  await setPageAside(db, id, sentence);
}

/** Moves the window on after its list ended, broke off, or turned out too long. */
async function conclude(
  deps: WalkDeps,
  context: RunContext,
  window: Window,
  ending: Conclusion,
  sample: readonly number[],
  log: Logger,
): Promise<void> {
  const { db, requestStats } = deps;
  switch (ending.do) {
    case 'stop':
      if (!(await moveWindow(db, window.id, 'walking', 'planned', { failure: ending.reason }, window))) throw leaseLost();
      throw new HarvestStoppedError(ending.reason, { forGood: ending.forGood });
    case 'unselective':
      if (!(await moveWindow(db, window.id, 'walking', 'planned', {}, window))) throw leaseLost();
      throw new UnselectiveError('the server ignores from and until');
    default: {
      if (ending.do === 'restart') requestStats.broke();
      const outcome = await outcomeOf(deps, context, window, ending, sample);
      const plan = replan(ending, outcome);
      if (ending.do !== 'split' && plan.then !== 'walked')
        log.warn({ list: ending.do, then: plan.then, reason: plan.reason }, 'list did not come whole');
      await carryOut(db, window, ending, outcome, plan);
    }
  }
}

async function outcomeOf(deps: WalkDeps, context: RunContext, window: Window, ending: Ending, sample: readonly number[]): Promise<Outcome> {
  const parent = window.parent_id === null ? undefined : await findWindow(deps.db, window.parent_id);
  const declared = ending.do === 'split' ? ending.declared : ending.walk.declared;
  return {
    window: { from: window.from_datestamp, until: window.until_datestamp },
    granularity: context.granularity,
    earliest: context.earliest,
    attempt: window.attempt - window.first_attempt + 1,
    pages: ending.walk.pages,
    silence: deps.requestStats.silence(),
    isPart: window.parent_id !== null,
    parentDeclared: parent?.declared ?? null,
    sample,
    declared,
    sizesAgree: declared === null || (await sizesAgree(deps.db, window, declared)),
    distinct: await countDistinct(deps.db, window.id, window.attempt),
    lastShortfall: window.shortfall,
    parentShort: parent !== undefined && parent.shortfall !== null,
    pageSize: deps.requestStats.pageSize(),
    target: deps.requestStats.target(),
  };
}

async function carryOut(db: Db, window: Window, ending: Ending, outcome: Outcome, plan: Plan): Promise<void> {
  if (!(await moveOn(db, window, ending, outcome, plan))) throw leaseLost();
  if (plan.then === 'stop') throw new HarvestStoppedError(plan.reason);
}

/** False if the window is no longer this harvester's. */
async function moveOn(
  db: Db,
  window: Window,
  ending: Ending,
  { declared, distinct: distinct_received }: Outcome,
  plan: Plan,
): Promise<boolean> {
  const shortfall = ending.do === 'end' && declared !== null && declared > distinct_received ? declared - distinct_received : null;
  switch (plan.then) {
    case 'walked':
      return moveWindow(
        db,
        window.id,
        'walking',
        'walked',
        { declared: plan.declared, distinct_received, failure: null, shortfall: null },
        window,
      );
    case 'again': {
      const waitMs = jittered(ending.do === 'restart' ? ending.afterMs : 0);
      return moveWindow(db, window.id, 'walking', 'planned', { distinct_received, failure: plan.reason, shortfall, waitMs }, window);
    }
    case 'split': {
      const parts = plan.parts.map((part) => ({ from_datestamp: part.from, until_datestamp: part.until }));
      return splitIntoParts(db, window, { declared, failure: plan.reason, shortfall }, parts);
    }
    case 'stop':
      return moveWindow(db, window.id, 'walking', 'planned', { failure: plan.reason }, window);
    case 'short':
    case 'failed':
      return moveWindow(db, window.id, 'walking', plan.then, { distinct_received, failure: plan.reason, shortfall }, window);
  }
}
