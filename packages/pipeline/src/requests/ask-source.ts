import { backoffMs, NoReplyError, type OaiReply, refusalOf } from '@thresher/oai';
import { measure } from '@thresher/runtime';
import type { HostRateLimit, Turn } from './host-rate-limit.ts';

/** Sends one request, without retries. Resolves with any HTTP status; throws `NoReplyError`. */
export type Send = () => Promise<OaiReply>;

/** The requests that may be sent again, and how often. */
export interface RetryRule {
  /** Whether a server with this HTTP status turned the request away, so that it may be repeated. */
  readonly isBusy: (status: number) => boolean;
  /** Retries of a request with such an answer. */
  readonly busy: number;
  /** Retries of a request whose answer was lost or is 5xx: the server may have done the work. */
  readonly failed: number;
  /** False where 401 or 403 concern one record, and do not mean that the host refuses this client. */
  readonly refusalBlocks: boolean;
}

/** A request about one thing: if the answer is lost, the caller has a way to live without it. */
export const onlyIfBusy: RetryRule = { isBusy: (status) => status === 429 || status === 503, busy: 5, failed: 0, refusalBlocks: true };

/** A request that changes nothing at the source and whose answer is needed. */
export const repeatable: RetryRule = { ...onlyIfBusy, failed: 2 };

/** A request with a `resumptionToken`: a server that has read the token may have moved on, so only a refusal to read it (429) is harmless. */
export const withToken: RetryRule = { ...onlyIfBusy, isBusy: (status) => status === 429 };

/**
 * Sends a request whose turn has come, reports the limits in its answer to the rate limit, and blocks the host if it
 * refuses this client (401, 403). No retries: the walk of a list decides itself what follows, because it may send a
 * `resumptionToken` only once.
 *
 * @param rateLimit null if there is no database through which processes share one
 * @throws NoReplyError
 */
export async function sendInTurn(rateLimit: HostRateLimit | null, turn: Turn | null, send: Send, refusalBlocks = true): Promise<OaiReply> {
  const reply = await measured(rateLimit, send);
  if (turn !== null) await rateLimit?.noteReply(turn, reply.rateLimit);
  const refusal = refusalBlocks ? refusalOf(reply) : null;
  if (refusal !== null) await rateLimit?.block(`${refusal.message}: it refuses this client`, refusal.retryAfterMs);
  return reply;
}

async function measured(rateLimit: HostRateLimit | null, send: Send): Promise<OaiReply> {
  const host = rateLimit?.host ?? 'other';
  const start = performance.now();
  let status = 'none';
  try {
    const reply = await send();
    status = String(reply.status);
    return reply;
  } finally {
    measure('sourceRequests', { host, status });
    measure('sourceSeconds', { host }, (performance.now() - start) / 1_000);
  }
}

/**
 * Sends a request to a source: waits for its turn in the rate limit of the host, sends it, reads the limits in the
 * answer, and retries what the rule permits after a pause of the whole host (`Retry-After`, or growing pauses).
 *
 * @returns the last answer, whatever its status
 * @throws NoReplyError; HostBlockedError if the host is blocked; the signal's reason
 */
export async function askSource(rateLimit: HostRateLimit | null, send: Send, signal: AbortSignal, rule: RetryRule): Promise<OaiReply> {
  for (let [busy, failed] = [0, 0]; ;) {
    const turn = (await rateLimit?.turn(null, signal)) ?? null;
    const outcome = await sendInTurn(rateLimit, turn, send, rule.refusalBlocks).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof NoReplyError) return error;
      throw error;
    });
    const problem = problemOf(outcome, rule);
    const retries = problem === 'busy' ? busy++ : failed++;
    if (problem === null || retries >= rule[problem] || rateLimit === null) return orThrow(outcome);
    await rateLimit.pause(backoffMs(retries, outcome instanceof NoReplyError ? null : outcome.retryAfterMs));
  }
}

function problemOf(outcome: OaiReply | NoReplyError, rule: RetryRule): 'busy' | 'failed' | null {
  // Its own limits would stop the next answer, too.
  if (outcome instanceof NoReplyError) return ['too-large', 'redirect', 'address'].includes(outcome.reason) ? null : 'failed';
  if (rule.isBusy(outcome.status)) return 'busy';
  return outcome.status >= 500 ? 'failed' : null;
}

function orThrow(outcome: OaiReply | NoReplyError): OaiReply {
  if (outcome instanceof NoReplyError) throw outcome;
  return outcome;
}
